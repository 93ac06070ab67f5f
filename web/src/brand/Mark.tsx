/** Homespun's mark: four threads, two over two, one of them dyed. The favicon draws the same. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" strokeWidth="3.2" aria-hidden="true">
      <g stroke="currentColor" strokeLinecap="round">
        <path d="M8 2.6V12.6M8 19.4V21.4" />
        <path d="M16 2.6V4.6M16 11.4V21.4" />
        <path d="M2.6 8H4.6M11.4 8H21.4" />
      </g>
      <path d="M2.6 16H12.6M19.4 16H21.4" stroke="var(--dye, #3b4a8c)" strokeLinecap="round" />
    </svg>
  );
}
