/** An examination's card: every suite with its figure, its interval and its verdict, and answers side by side. */
import type { Examination, Sample, Suite } from "../../api/releases";
import { useFormat } from "../../i18n/format";
import { useReleasesWords } from "../../i18n/releases";
import { Section } from "../../layout/Page";
import { Note } from "../../ui/Note";
import { Tag } from "../../ui/Tag";
import styles from "./ExaminationSection.module.css";
import { figurePlace } from "./rails";

/** null: there was none. */
export function ExaminationSection({ examination }: { examination: Examination | null }) {
  const words = useReleasesWords();
  if (examination === null)
    return (
      <Section title={words.examination}>
        <Note tone="calm">{words.noExamination}</Note>
      </Section>
    );
  return (
    <Section
      title={words.examination}
      lead={words.examinationLead}
      actions={
        <Tag tone={examination.passed ? "moss" : "madder"}>
          {examination.passed ? words.passed : words.notPassed}
        </Tag>
      }
    >
      {examination.why !== "" && (
        <Note tone="care">
          <span lang="en">{examination.why}</span>
        </Note>
      )}
      <ul className={styles.suites}>
        {examination.suites.map((suite) => (
          <SuiteCard key={suite.name} suite={suite} />
        ))}
      </ul>
    </Section>
  );
}

const TONES = { passed: "moss", failed: "madder", not_run: "plain" } as const;

function SuiteCard({ suite }: { suite: Suite }) {
  const words = useReleasesWords();
  const verdicts = { passed: words.suitePassed, failed: words.suiteFailed, not_run: words.suiteNotRun };
  const known = Object.entries(words.suites).find(([name]) => name === suite.name)?.[1];
  const { name, question } = known ?? suite;
  return (
    <li className={styles.suite} data-verdict={suite.verdict} aria-label={name}>
      <div>
        <p className={styles.name}>
          <strong>{name}</strong>
          <Tag tone={TONES[suite.verdict]}>{verdicts[suite.verdict]}</Tag>
        </p>
        <p className={styles.question}>{question}</p>
        <p className={styles.words}>{suite.words}</p>
      </div>
      <Figure suite={suite} />
      <Samples samples={suite.samples} />
    </li>
  );
}

function Figure({ suite }: { suite: Suite }) {
  const words = useReleasesWords();
  const format = useFormat();
  const place = figurePlace(suite);
  if (place === null || suite.figure == null || suite.low == null || suite.high == null) return <span />;
  const at = (share: number) => ({ left: `${share * 100}%` });
  return (
    <div className={styles.figure}>
      <strong>{format.figure(suite.figure)}</strong>
      <div className={styles.line} aria-hidden="true">
        <i style={{ ...at(place.low), width: `${(place.high - place.low) * 100}%` }} />
        {place.limits.map((limit) => (
          <u key={limit} style={at(limit)} />
        ))}
        <b style={at(place.figure)} />
      </div>
      <small>
        {[words.between(format.figure(suite.low), format.figure(suite.high)), ...limitsOf(suite)].join(", ")}
      </small>
      {suite.count > 0 && <small>{words.outOf(format.count(suite.count))}</small>}
    </div>
  );

  function limitsOf({ limit: { at_least, at_most } }: Suite): string[] {
    return [
      ...(at_least == null ? [] : [words.atLeast(format.figure(at_least))]),
      ...(at_most == null ? [] : [words.atMost(format.figure(at_most))]),
    ];
  }
}

function Samples({ samples }: { samples: readonly Sample[] }) {
  const words = useReleasesWords();
  const format = useFormat();
  if (samples.length === 0) return null;
  return (
    <details className={styles.samples}>
      <summary>
        {words.samples} ({format.count(samples.length)})
      </summary>
      {samples.map((sample) => (
        <article key={`${sample.question} ${sample.candidate}`} className={styles.sample}>
          <h4>{words.asked}</h4>
          <p>{sample.question}</p>
          <div className={styles.pair}>
            <Said by={words.theCandidate} text={sample.candidate} />
            <Said by={words.theChampion} text={sample.champion} />
          </div>
          {sample.words !== "" && <p className={styles.words}>{sample.words}</p>}
        </article>
      ))}
    </details>
  );
}

function Said({ by, text }: { by: string; text: string }) {
  const words = useReleasesWords();
  return (
    <div>
      <h4>{by}</h4>
      {text.trim() === "" ? <p className={styles.nothing}>{words.saysNothing}</p> : <p>{text}</p>}
    </div>
  );
}
