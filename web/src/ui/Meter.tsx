import styles from "./Meter.module.css";

interface MeterProps {
  label: string;
  value: number;
  most: number;
  /** What the meter says in words: "12 of 50 prompts". */
  text: string;
}

/** How much of something is spent. */
export function Meter({ label, value, most, text }: MeterProps) {
  const share = most > 0 ? Math.min(1, Math.max(0, value / most)) : 1;
  const state = share >= 1 ? "spent" : share >= 0.8 ? "low" : "well";
  return (
    // biome-ignore lint/a11y/useSemanticElements: <meter> can't be styled alike in all browsers
    <div
      role="meter"
      className={styles.meter}
      data-state={state}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={Math.min(value, most)}
      aria-valuetext={text}
    >
      <i style={{ width: `${share * 100}%` }} />
    </div>
  );
}
