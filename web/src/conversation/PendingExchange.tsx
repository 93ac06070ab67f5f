import { useWords } from "../preferences/preferences";
import { Stitches } from "../ui/Stitches";
import answer from "./Answer.module.css";
import question from "./Question.module.css";

/** A question on its way to the server. */
export function PendingExchange({ question: text }: { question: string }) {
  const words = useWords();
  return (
    <section>
      <div className={question.question}>
        <div className={question.bubble}>{text}</div>
      </div>
      <div className={answer.answer}>
        <Thinking label={words.thinking} />
      </div>
    </section>
  );
}

export function Thinking({ label }: { label: string }) {
  return (
    <p className={answer.thinking}>
      <Stitches />
      {label}
    </p>
  );
}
