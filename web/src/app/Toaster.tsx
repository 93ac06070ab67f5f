import { X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { asProblem } from "../api/problem";
import { problemText } from "../i18n/problems";
import { usePreferences } from "../preferences/preferences";
import { IconButton } from "../ui/IconButton";
import { Sentence } from "../ui/Sentence";
import { useServices } from "./services";
import styles from "./Toaster.module.css";

const SHOWN_MS = 8_000;

/** Says what went wrong with something that has no place of its own to say so: a rename, a thumb, a deletion. */
export function Toaster() {
  const { words, locale } = usePreferences();
  const { mishaps } = useServices();
  const thrown = useSyncExternalStore(mishaps.subscribe, mishaps.get);

  useEffect(() => {
    if (thrown === null) return;
    const timer = setTimeout(() => mishaps.dismiss(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [thrown, mishaps]);

  if (thrown === null) return null;
  const problem = asProblem(thrown);
  return (
    <div className={styles.toast} role="alert">
      <p>
        <Sentence
          text={problem.isOffline ? words.offline : problemText(problem.code, problem.message, locale)}
        />
      </p>
      <IconButton label={words.closeMenu} icon={<X />} onClick={() => mishaps.dismiss()} side="top" />
    </div>
  );
}
