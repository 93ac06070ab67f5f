/** What votes prove, on a line by factors: how far the proof has come, and what it leads to where. */
import { useFormat } from "../../i18n/format";
import styles from "./ProofRail.module.css";
import { mostProof, proofPlace } from "./rails";

interface ProofRailProps {
  kind: "wins" | "harm";
  label: string;
  /** An e-value. */
  value: number;
  /** Where something happens; that which is next is drawn stronger. */
  marks: readonly number[];
  next: number;
  /** What happens there, in a sentence. */
  what: string;
}

export function ProofRail({ kind, label, value, marks, next, what }: ProofRailProps) {
  const format = useFormat();
  const most = mostProof([...marks, value]);
  const percent = (at: number) => `${proofPlace(at, most) * 100}%`;
  return (
    <figure className={styles.rail} data-kind={kind} aria-label={label}>
      <figcaption className={styles.head}>
        <span>{label}</span>
        <strong>{format.proof(value)}</strong>
      </figcaption>
      <div className={styles.line} aria-hidden="true">
        <i className={styles.cloth} />
        <i className={styles.proof} style={{ width: percent(value) }} />
        {marks.map((mark) => (
          <span
            key={mark}
            className={styles.mark}
            style={{ left: percent(mark) }}
            data-next={mark === next || undefined}
          >
            <small>{format.proof(mark)}</small>
          </span>
        ))}
      </div>
      <p>{what}</p>
    </figure>
  );
}
