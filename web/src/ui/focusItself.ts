/** Gives a dialog that opens the focus as a whole: its first button, with its tooltip, is not what it is about. */
export function focusItself(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
