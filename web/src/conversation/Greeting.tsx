import { Code, Lightbulb, Mail, Scale } from "lucide-react";
import { useState } from "react";
import { Mark } from "../brand/Mark";
import { useWords } from "../preferences/preferences";
import styles from "./Greeting.module.css";

const ICONS = [Lightbulb, Mail, Scale, Code];

/** The beginning of a conversation. */
export function Greeting() {
  const { greetings } = useWords();
  const [which] = useState(() => Math.floor(Date.now() / 3_600_000) % greetings.length);
  return (
    <div className={styles.greeting}>
      <Mark size={44} />
      <h1 className={styles.title}>{greetings[which]}</h1>
    </div>
  );
}

/** First words for those who have none. */
export function Starters({ onStart }: { onStart: (text: string) => void }) {
  const { starters } = useWords();
  return (
    <ul className={styles.starters}>
      {starters.map(({ title, text }, index) => {
        const Icon = ICONS[index] ?? Lightbulb;
        return (
          <li key={title}>
            <button
              type="button"
              className={styles.starter}
              onClick={() => {
                onStart(text);
                document.getElementById("message")?.focus();
              }}
            >
              <Icon aria-hidden />
              {title}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
