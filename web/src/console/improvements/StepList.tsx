/** The steps of an improvement: what is done, how far the one has come that goes on, and where it ended. */
import { Check, Hand, LoaderCircle, X } from "lucide-react";
import type { Improvement, Standing, Step } from "../../api/improvements";
import { useFormat } from "../../i18n/format";
import { useImprovementsWords } from "../../i18n/improvements";
import { useReleasesWords } from "../../i18n/releases";
import { ProgressBar } from "../../ui/ProgressBar";
import { Tag } from "../../ui/Tag";
import styles from "./StepList.module.css";
import { STEPS, type StepState, stepState } from "./steps";

const ICONS = {
  done: Check,
  going: LoaderCircle,
  failed: X,
  yours: Hand,
  waiting: null,
  left: null,
} as const;
const TONES = {
  done: "moss",
  going: "dye",
  failed: "madder",
  yours: "dye",
  waiting: "plain",
  left: "plain",
} as const;

export function StepList({ improvement }: { improvement: Improvement }) {
  const words = useImprovementsWords();
  return (
    <ol className={styles.steps} aria-label={words.progress}>
      {STEPS.map((step) => (
        <StepLine
          key={step}
          step={step}
          state={stepState(improvement, step)}
          standing={improvement.standing?.step === step ? improvement.standing : null}
        />
      ))}
    </ol>
  );
}

interface StepLineProps {
  step: Step;
  state: StepState;
  /** null: nothing is told of it, since it doesn't go on. */
  standing: Standing | null;
}

function StepLine({ step, state, standing }: StepLineProps) {
  const words = useImprovementsWords();
  const names: Readonly<Record<StepState, string>> = {
    done: words.stepDone,
    going: words.stepGoing,
    failed: words.stepFailed,
    waiting: words.stepWaiting,
    left: words.stepLeft,
    yours: words.stepYours,
  };
  const Icon = ICONS[state];
  return (
    <li className={styles.step} data-state={state} aria-label={words[step]}>
      <i aria-hidden="true">{Icon && <Icon />}</i>
      <div>
        <p className={styles.name}>
          <strong>{words[step]}</strong>
          <Tag tone={TONES[state]}>{names[state]}</Tag>
        </p>
        <p className={styles.text}>{words[`${step}Text`]}</p>
        {standing !== null && <Progress label={words[step]} standing={standing} />}
      </div>
    </li>
  );
}

function Progress({ label, standing }: { label: string; standing: Standing }) {
  const words = useImprovementsWords();
  const format = useFormat();
  const time = (seconds: number) => format.duration(seconds * 1_000_000);
  return (
    <>
      {standing.total > 0 && (
        <div className={styles.bar}>
          <ProgressBar label={label} done={standing.done} total={standing.total} />
        </div>
      )}
      <p className={styles.counts}>
        {standing.total > 0 && (
          <span>{words.counted(format.count(standing.done), format.count(standing.total))}</span>
        )}
        {standing.words !== "" && <Doing words={standing.words} />}
        {standing.remaining_s != null && <span>{words.timeLeft(time(standing.remaining_s))}</span>}
        {standing.remaining_s == null && standing.estimated_s != null && (
          <span>{words.willTake(time(standing.estimated_s))}</span>
        )}
        {standing.loss != null && <span>{words.loss(format.figure(standing.loss))}</span>}
        <span>{words.since(format.ago(standing.since))}</span>
      </p>
    </>
  );
}

const GOES_ON = "goes on from ";

/** The part of an examination by its name, or what a training does; else the server's own words, which are English. */
function Doing({ words: said }: { words: string }) {
  const words = useImprovementsWords();
  const known = useReleasesWords().suites;
  const suite = Object.entries(known).find(([name]) => name === said)?.[1];
  const phase = said.startsWith(GOES_ON) ? words.goesOnFrom(said.slice(GOES_ON.length)) : words.phases[said];
  const told = suite?.name ?? phase;
  return told === undefined ? <span lang="en">{said}</span> : <span>{told}</span>;
}
