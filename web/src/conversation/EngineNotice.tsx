import type { ApiProblem } from "../api/problem";
import type { Words } from "../i18n/en";
import { problemText } from "../i18n/problems";
import { usePreferences } from "../preferences/preferences";
import { Note } from "../ui/Note";
import { Sentence } from "../ui/Sentence";
import { Stitches } from "../ui/Stitches";
import styles from "./ChatPage.module.css";
import type { ChosenModel } from "./useChosenModel";

interface EngineNoticeProps {
  chosen: ChosenModel;
  /** Why the last message was not taken. */
  problem: ApiProblem | null;
}

/** Anything that stands between the reader and the next answer, in words; nothing when all is well. */
export function EngineNotice({ chosen, problem }: EngineNoticeProps) {
  const { words, locale } = usePreferences();
  return (
    <div className={styles.notices}>
      {problem !== null && (
        <Note tone="danger">
          {words.notSent}{" "}
          <Sentence
            text={problem.isOffline ? words.offline : problemText(problem.code, problem.message, locale)}
          />
        </Note>
      )}
      {chosen.offline ? (
        <Note tone="care" remedy={<Stitches />}>
          {words.noticeOffline}
        </Note>
      ) : (
        <ModelNotice chosen={chosen} words={words} />
      )}
    </div>
  );
}

function ModelNotice({ chosen: { model }, words }: { chosen: ChosenModel; words: Words }) {
  switch (model?.state) {
    case "starting":
      return (
        <Note tone="care" remedy={<Stitches />}>
          {words.noticeStarting}
        </Note>
      );
    case "restarting":
      return (
        <Note tone="care" remedy={<Stitches />}>
          {words.noticeRestarting}
        </Note>
      );
    case "failed":
      return (
        <Note tone="danger">
          {words.noticeFailed} <Sentence text={model.problem ?? ""} />
        </Note>
      );
    case "stopped":
      return <Note tone="care">{words.noticeStopped}</Note>;
    default:
      return null;
  }
}
