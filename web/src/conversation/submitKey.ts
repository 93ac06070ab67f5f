import type { KeyboardEvent } from "react";

/**
 * Whether a key press in a text field means "send". Enter does, but not with Shift, not while an input method is being
 * used to choose characters (Safari tells of that only by key code 229), and not where a finger types: there is no Shift
 * Enter on a phone, so Enter has to make the new line.
 */
export function isSubmitKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  if (event.key !== "Enter" || event.nativeEvent.isComposing || event.keyCode === 229) return false;
  if (event.metaKey || event.ctrlKey) return true;
  return !event.shiftKey && !event.altKey && !matchMedia("(pointer: coarse)").matches;
}
