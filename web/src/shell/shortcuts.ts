/** The app's keys. They work wherever the focus is; those of a text field (Enter, Escape) are the field's own. */
import { useEffect } from "react";
import { navigate } from "../app/router";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export const keyLabels = {
  send: "Enter",
  newLine: "Shift Enter",
  stop: "Esc",
  pick: "1 2",
  search: isMac ? "⌘ K" : "Ctrl K",
  newChat: isMac ? "⌘ Shift O" : "Ctrl Shift O",
  sidebar: isMac ? "⌘ Shift S" : "Ctrl Shift S",
} as const;

interface Actions {
  search: () => void;
  toggleSidebar: () => void;
}

export function useShortcuts({ search, toggleSidebar }: Actions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(isMac ? event.metaKey : event.ctrlKey) || event.altKey) return;
      const action = actionFor(event, { search, toggleSidebar });
      if (action === null) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [search, toggleSidebar]);
}

function actionFor({ key, shiftKey }: KeyboardEvent, actions: Actions): (() => void) | null {
  switch (key.toLowerCase()) {
    case "k":
      return shiftKey ? null : actions.search;
    case "o":
      return shiftKey ? () => navigate("/") : null;
    case "s":
      return shiftKey ? actions.toggleSidebar : null;
    default:
      return null;
  }
}
