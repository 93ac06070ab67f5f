/** How a release fares that answers what the champion has answered, and nobody sees it. */
import type { Shadow } from "../../api/releases";
import { useFormat } from "../../i18n/format";
import { useReleasesWords } from "../../i18n/releases";
import { Listing } from "../../ui/Listing";
import { ProgressBar } from "../../ui/ProgressBar";
import { ProofRail } from "./ProofRail";
import styles from "./RolloutSection.module.css";

export function InShadow({ shadow }: { shadow: Shadow }) {
  const words = useReleasesWords();
  const format = useFormat();
  const rate = (perSecond: number) => format.count(Math.round(perSecond));
  return (
    <div className={styles.rails}>
      <div>
        <ProgressBar label={words.shadowAnswers} done={shadow.answers} total={shadow.wanted} />
        <Listing
          rows={[
            [words.shadowAnswers, words.ofAll(format.count(shadow.answers), format.count(shadow.wanted))],
            [words.shadowWorse, format.count(shadow.worse)],
            [words.shadowBetter, format.count(shadow.better)],
            [words.shadowLength, shadow.length_ratio === null ? "–" : format.figure(shadow.length_ratio)],
            [
              words.shadowSpeed,
              shadow.tokens_per_s === null || shadow.champion_tokens_per_s === null
                ? "–"
                : words.shadowSpeeds(rate(shadow.tokens_per_s), rate(shadow.champion_tokens_per_s)),
            ],
          ]}
        />
      </div>
      <ProofRail
        kind="harm"
        label={words.harm}
        value={shadow.harm}
        marks={[shadow.harm_allowed]}
        next={shadow.harm_allowed}
        what={words.harmAllowed(format.proof(shadow.harm_allowed))}
      />
    </div>
  );
}
