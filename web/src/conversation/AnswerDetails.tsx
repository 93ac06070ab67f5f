import { Info } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { Turn } from "../api/types";
import { usePreferences } from "../preferences/preferences";
import { IconButton } from "../ui/IconButton";
import styles from "./AnswerDetails.module.css";
import { detailsOf } from "./details";

/** The figures of an answer, for those who ask. */
export function AnswerDetails({ turn }: { turn: Turn }) {
  const { words, locale } = usePreferences();
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Anchor asChild>
        <span>
          <IconButton
            label={words.details}
            icon={<Info />}
            aria-expanded={open}
            aria-haspopup="dialog"
            onClick={() => setOpen(!open)}
          />
        </span>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          className={styles.details}
          side="top"
          sideOffset={6}
          collisionPadding={12}
          aria-label={words.detailsTitle}
        >
          <h2 className={styles.title}>{words.detailsTitle}</h2>
          <dl className={styles.rows}>
            {detailsOf(turn, words, locale).map(([name, value]) => (
              <div key={name} className={styles.row}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
