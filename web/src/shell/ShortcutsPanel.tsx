import { useWords } from "../preferences/preferences";
import { Panel } from "../ui/Panel";
import styles from "./ShortcutsPanel.module.css";
import { keyLabels } from "./shortcuts";

interface ShortcutsPanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ShortcutsPanel({ open, onOpenChange }: ShortcutsPanelProps) {
  const words = useWords();
  const rows = [
    [words.shortcutSend, keyLabels.send],
    [words.shortcutNewLine, keyLabels.newLine],
    [words.shortcutStop, keyLabels.stop],
    [words.shortcutPick, keyLabels.pick],
    [words.shortcutSearch, keyLabels.search],
    [words.shortcutNewChat, keyLabels.newChat],
    [words.shortcutSidebar, keyLabels.sidebar],
  ] as const;
  return (
    <Panel open={open} onOpenChange={onOpenChange} title={words.shortcuts}>
      <dl className={styles.rows}>
        {rows.map(([what, keys]) => (
          <div key={what} className={styles.row}>
            <dt>{what}</dt>
            <dd>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
