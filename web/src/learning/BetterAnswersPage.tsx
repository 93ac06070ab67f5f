/** For trainers: questions that got no good answer, and how they would have answered. */
import { PenLine } from "lucide-react";
import { useState } from "react";
import { demonstrate, type WantingAnswer } from "../api/learning";
import { useFormat } from "../i18n/format";
import { useLearningWords } from "../i18n/learning";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { Card, Empty, Page } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { AreaField } from "../ui/Field";
import { Tag } from "../ui/Tag";
import styles from "./BetterAnswersPage.module.css";
import { useWanting } from "./queries";

export function BetterAnswersPage() {
  const words = useLearningWords();
  const pages = usePagesWords();
  const wanting = useWanting();
  return (
    <Page title={pages.betterAnswers} lead={words.trainerLead}>
      <Paged
        query={wanting}
        rowsOf={(page) => page.answers}
        empty={<Empty icon={PenLine} title={words.nothingWanting} text={words.nothingWantingText} />}
      >
        {(answers) => (
          <ul className={styles.answers}>
            {answers.map((answer) => (
              <li key={answer.turn_id}>
                <Card>
                  <Wanting answer={answer} />
                </Card>
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Page>
  );
}

function Wanting({ answer }: { answer: WantingAnswer }) {
  const words = useLearningWords();
  const format = useFormat();
  const question = answer.messages.at(-1)?.content ?? "";
  return (
    <article className={styles.wanting} aria-label={question}>
      <header className={styles.head}>
        <span>{format.moment(answer.asked_at)}</span>
        <Verdict answer={answer} />
      </header>
      <Before messages={answer.messages.slice(0, -1)} />
      <p className={styles.question}>{question}</p>
      <div className={styles.given}>
        <h3>{words.modelSaid}</h3>
        <p className={styles.text}>{answer.answer || words.nothingSaid}</p>
      </div>
      {answer.feedback.words && <p className={styles.said}>{words.theySaid(answer.feedback.words)}</p>}
      <Better answer={answer} />
    </article>
  );
}

/** Why it is in the list. */
function Verdict({ answer }: { answer: WantingAnswer }) {
  const app = useWords();
  const words = useLearningWords();
  const named = app.reasons as Readonly<Record<string, string>>;
  return (
    <span className={styles.tags}>
      {answer.feedback.thumb === "down" && <Tag tone="madder">{words.thumbDown}</Tag>}
      {answer.are_both_bad && <Tag tone="madder">{words.bothBad}</Tag>}
      {answer.is_broken && <Tag tone="weld">{words.brokeOff}</Tag>}
      {answer.feedback.reasons?.map((reason) => (
        <Tag key={reason}>{named[reason] ?? reason}</Tag>
      ))}
    </span>
  );
}

function Before({ messages }: { messages: WantingAnswer["messages"] }) {
  const words = useLearningWords();
  if (messages.length === 0) return null;
  return (
    <details className={styles.before}>
      <summary>{words.before}</summary>
      {messages.map(({ role, content }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said before never changes
        <p key={index} className={styles.text} data-role={role}>
          {content}
        </p>
      ))}
    </details>
  );
}

/** Begins with the best that is known: an earlier version, what who asked made of it, or what the model said. */
function Better({ answer }: { answer: WantingAnswer }) {
  const words = useLearningWords();
  const [saved, setSaved] = useState(answer.demonstration);
  const [text, setText] = useState(answer.demonstration ?? answer.edited_answer ?? answer.answer);
  const save = useSubmit(demonstrate, {
    fields: ["text"],
    onDone: ({ demonstration }) => setSaved(demonstration),
  });
  return (
    <Form
      action={words.saveBetter}
      busy={save.busy}
      done={saved !== null && saved === text}
      error={save.error}
      disabled={text.trim() === "" || text === saved}
      onSubmit={() => save.submit({ turn_id: answer.turn_id, text })}
    >
      <AreaField
        label={words.yourAnswer}
        hint={words.yourAnswerHint}
        error={save.errorAt("text")}
        value={text}
        onChange={setText}
        rows={5}
        maxLength={200_000}
      />
    </Form>
  );
}
