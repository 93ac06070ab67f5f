/** The trial that goes on: whom the new release answers, what people's votes prove of it, and what comes of that. */
import type { Evidence, Releases, Rollout } from "../../api/releases";
import { Grouped } from "../../charts/Grouped";
import { useFormat } from "../../i18n/format";
import { useReleasesWords } from "../../i18n/releases";
import { Card, Section } from "../../layout/Page";
import { InShadow } from "./InShadow";
import { ProofRail } from "./ProofRail";
import styles from "./RolloutSection.module.css";

interface RolloutSectionProps {
  rollout: Rollout;
  releases: Releases;
}

export function RolloutSection({ rollout, releases }: RolloutSectionProps) {
  const words = useReleasesWords();
  const format = useFormat();
  const name = (id: string) => releases.releases.find((one) => one.id === id)?.name ?? id;
  return (
    <Section
      title={words.rollout}
      lead={words.rolloutLead(name(rollout.candidate_id), name(rollout.champion_id))}
    >
      <Card>
        <p className={styles.head}>
          <strong>
            {rollout.share > 0 ? words.rolloutShare(format.percent(rollout.share)) : words.inShadow}
          </strong>
          <small>{words.begun(format.ago(rollout.begun_at))}</small>
        </p>
        {rollout.shadow.is_going_on ? (
          <InShadow shadow={rollout.shadow} />
        ) : (
          <BeforePeople rollout={rollout} releases={releases} />
        )}
        <p className={styles.note}>{words.eValue}</p>
      </Card>
    </Section>
  );
}

/** What people's votes prove, and what comes of that. */
function BeforePeople({ rollout, releases }: RolloutSectionProps) {
  const words = useReleasesWords();
  const format = useFormat();
  const { evidence } = rollout;
  const nextShare = releases.shares.find((share) => share > rollout.share);
  const needed = format.proof(evidence.wins_needed);
  return (
    <>
      <div className={styles.rails}>
        <ProofRail
          kind="wins"
          label={words.wins}
          value={evidence.wins}
          marks={releases.wins_needed}
          next={evidence.wins_needed}
          what={
            nextShare === undefined
              ? words.winsChampion(needed)
              : words.winsNext(needed, format.percent(nextShare))
          }
        />
        <ProofRail
          kind="harm"
          label={words.harm}
          value={evidence.harm}
          marks={[evidence.harm_allowed]}
          next={evidence.harm_allowed}
          what={words.harmAllowed(format.proof(evidence.harm_allowed))}
        />
      </div>
      <Tallies votes={rollout.votes} evidence={evidence} />
    </>
  );
}

/** What was voted, as shares of all votes of a kind, so that the new release and the champion can be compared. */
function Tallies({ votes, evidence }: { votes: number; evidence: Evidence }) {
  const words = useReleasesWords();
  const format = useFormat();
  const bar = (key: string, label: string, layer: number, part: number, all: number) => ({
    key,
    label,
    layer,
    value: all === 0 ? null : part / all,
    shown: all === 0 ? words.noVotes : words.ofAll(format.count(part), format.count(all)),
  });
  const both = (candidate: readonly [number, number], champion: readonly [number, number]) => [
    bar("candidate", words.theCandidate, 1, ...candidate),
    bar("champion", words.theChampion, 2, ...champion),
  ];
  return (
    <div className={styles.tallies}>
      <Grouped
        label={words.votes}
        groups={[
          {
            key: "comparisons",
            label: words.comparisonsWon,
            sum: `${words.votes}: ${format.count(votes)}`,
            bars: both(
              [evidence.comparisons_won, evidence.comparisons],
              [evidence.comparisons - evidence.comparisons_won, evidence.comparisons],
            ),
          },
          {
            key: "thumbs",
            label: words.thumbsUp,
            bars: both(
              [evidence.candidate_thumbs_up, evidence.candidate_thumbs],
              [evidence.champion_thumbs_up, evidence.champion_thumbs],
            ),
          },
          {
            key: "answers",
            label: words.goodAnswers,
            bars: both(
              [evidence.candidate_answers_good, evidence.candidate_answers],
              [evidence.champion_answers_good, evidence.champion_answers],
            ),
          },
        ]}
      />
    </div>
  );
}
