import type { Turn } from "../api/types";
import { problemText } from "../i18n/problems";
import { usePreferences } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import { Sentence } from "../ui/Sentence";
import { Stitches } from "../ui/Stitches";
import type { LiveTurn } from "./liveTurns";

interface AnswerStateProps {
  turn: Turn;
  connection: LiveTurn["connection"] | undefined;
  /** Null where asking again makes no sense just now. */
  onAgain: (() => void) | null;
}

/** How an answer ended, where that is worth a word. */
export function AnswerState({ turn, connection, onAgain }: AnswerStateProps) {
  const { words, locale } = usePreferences();
  const again = onAgain && (
    <Button size="small" onClick={onAgain}>
      {words.tryAgain}
    </Button>
  );
  switch (turn.state) {
    case "open":
      return connection === "lost" ? (
        <Note tone="care" remedy={<Stitches />}>
          {words.reconnecting}
        </Note>
      ) : null;
    case "stopped":
      return <Note tone="calm">{words.stopped}</Note>;
    case "interrupted":
      return (
        <Note tone="care" remedy={again}>
          {words.interrupted}
        </Note>
      );
    case "failed":
      return (
        <Note tone="danger" remedy={again}>
          {words.failed} <Sentence text={problemText(turn.error_code, turn.error ?? "", locale)} />
        </Note>
      );
    case "complete":
      if (turn.finish_reason === "length") return <Note tone="calm">{words.lengthReached}</Note>;
      return turn.answer.trim() === "" ? <Note tone="calm">{words.emptyAnswer}</Note> : null;
  }
}
