/** Lets text that arrives in bursts flow evenly, a little behind what has come, never far. */
import { useEffect, useRef, useState } from "react";

const FRAME_MS = 33;
/** The backlog is worked off within about this time, so a fast model flows fast and a slow one still flows. */
const CATCH_UP_MS = 260;

/** What to show of `text` now. It begins with all that is there, so that a reload does not play an answer again. */
export function useSmoothText(text: string): string {
  const [length, setLength] = useState(text.length);
  const target = useRef(text);
  target.current = text;
  const behind = length < text.length;

  useEffect(() => {
    if (!behind) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) {
      setLength(target.current.length);
      return;
    }
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      if (now - last >= FRAME_MS) {
        const elapsed = now - last;
        last = now;
        setLength((shown) => advance(shown, target.current, elapsed));
      }
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [behind]);

  return behind ? text.slice(0, length) : text;
}

/** How much is shown after `elapsedMs` more; never half a character of two code units. */
export function advance(shown: number, text: string, elapsedMs: number): number {
  const backlog = text.length - shown;
  if (backlog <= 0) return text.length;
  const next = shown + Math.max(1, Math.round((backlog * elapsedMs) / CATCH_UP_MS));
  if (next >= text.length) return text.length;
  const isHighSurrogate = (text.charCodeAt(next - 1) & 0xfc00) === 0xd800;
  return isHighSurrogate ? next + 1 : next;
}
