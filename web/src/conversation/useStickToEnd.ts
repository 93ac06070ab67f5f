/**
 * Keeps the end of a growing text in view, as long as the reader has not scrolled away from it, or (while nothing is being
 * written) begun to do something in the middle of it.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const NEAR_PX = 72;

interface StickToEnd {
  /** The element that scrolls. */
  frame: RefObject<HTMLDivElement | null>;
  /** What grows in it. */
  content: RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  goToEnd: (behavior?: ScrollBehavior) => void;
}

export function useStickToEnd(isWriting: boolean): StickToEnd {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const writing = useRef(isWriting);
  writing.current = isWriting;
  const [atEnd, setAtEnd] = useState(true);

  const goToEnd = useCallback((behavior: ScrollBehavior = "instant") => {
    sticks.current = true;
    frame.current?.scrollTo({ top: frame.current.scrollHeight, behavior });
  }, []);

  useEffect(() => {
    const box = frame.current;
    if (box === null || content.current === null) return;
    let lastTop = box.scrollTop;
    const onScroll = () => {
      const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      // Only a movement upwards is a wish to stay; content that grew faster than the page scrolled is not.
      if (near) sticks.current = true;
      else if (box.scrollTop < lastTop) sticks.current = false;
      lastTop = box.scrollTop;
      setAtEnd(near || (sticks.current && writing.current));
    };
    const onAction = () => {
      if (!writing.current) sticks.current = false;
    };
    const observer = new ResizeObserver(() => {
      if (sticks.current) box.scrollTop = box.scrollHeight;
      onScroll();
    });
    observer.observe(box);
    observer.observe(content.current);
    box.addEventListener("scroll", onScroll, { passive: true });
    box.addEventListener("pointerdown", onAction);
    box.addEventListener("keydown", onAction);
    return () => {
      observer.disconnect();
      box.removeEventListener("pointerdown", onAction);
      box.removeEventListener("keydown", onAction);
      box.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { frame, content, atEnd, goToEnd };
}
