/** One conversation, or the beginning of one: what was said, and the box to say more in. */
import { useCallback, useEffect, useMemo } from "react";
import { asProblem } from "../api/problem";
import { Plain } from "../app/Interim";
import { NewChatLink } from "../app/NewChatLink";
import { useWords } from "../preferences/preferences";
import { ProjectTag } from "../projects/ProjectTag";
import { Button } from "../ui/Button";
import { Stitches } from "../ui/Stitches";
import type { Question } from "./asking";
import styles from "./ChatPage.module.css";
import { Composer } from "./Composer";
import { useDraft } from "./drafts";
import { EngineNotice } from "./EngineNotice";
import { Greeting, Starters } from "./Greeting";
import { ModelPicker } from "./ModelPicker";
import { pairAt } from "./pair";
import { useConversation, useStop } from "./queries";
import { Thread } from "./Thread";
import { pathTo } from "./tree";
import { useAsk } from "./useAsk";
import { useChosenModel } from "./useChosenModel";

interface ChatPageProps {
  conversationId: string | null;
  /** Where a conversation that is yet to begin belongs. */
  projectId: string | null;
}

export function ChatPage({ conversationId, projectId }: ChatPageProps) {
  const words = useWords();
  const conversation = useConversation(conversationId);
  const known = conversationId === null ? undefined : conversation.data;
  const path = useMemo(() => (known ? pathTo(known.turns, known.selected_turn_id) : []), [known]);
  const last = path.at(-1)?.turn;
  const { draft, changeDraft, giveBack } = useDraft(conversationId ?? (projectId && draftIn(projectId)));
  const chosen = useChosenModel(draft, last);
  const ask = useAsk(conversationId, projectId);
  const stop = useStop();
  const pair = useMemo(() => (known ? pairAt(path.at(-1), known) : null), [known, path]);
  const ends = pair ? [pair.left, pair.right] : last ? [last] : [];
  const openTurns = ends.filter(({ state }) => state === "open");
  const stopAll = openTurns.length === 0 ? null : () => openTurns.map(({ id }) => stop.mutate(id));
  useTitle(known?.title ?? "");
  useEscape(stopAll);

  const { mutateAsync, reset: resetAsk } = ask;
  const { name: model = null, parameters } = chosen;
  const askWith = useCallback(
    async (question: Question) => {
      try {
        await mutateAsync({ question, model, parameters });
        changeDraft({ model: null, parameters: null });
      } catch {
        // The notice above the box says why; what was typed comes back into it, before what was typed since.
        if (question.kind !== "again") giveBack(question.text);
      }
    },
    [mutateAsync, model, parameters, changeDraft, giveBack],
  );
  const send = () => {
    changeDraft({ text: "" });
    void askWith({ kind: "new", text: draft.text, parentId: last?.id ?? null });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a problem belongs to the conversation that it arose in
  useEffect(() => resetAsk(), [conversationId, projectId]);

  if (conversation.isError && asProblem(conversation.error).isGone) {
    return (
      <Plain title={words.notFoundTitle} text={words.notFoundText}>
        <NewChatLink />
      </Plain>
    );
  }

  const isEmpty = path.length === 0 && !ask.isPending && (conversationId === null || known !== undefined);
  return (
    <main className={styles.chat} data-empty={isEmpty || undefined}>
      <h1 className="visually-hidden">{known?.title || words.newChat}</h1>
      <header className={styles.head}>
        <ModelPicker chosen={chosen} onChoose={(model) => changeDraft({ model })} />
        <ProjectTag projectId={conversationId === null ? projectId : (known?.project_id ?? null)} />
      </header>
      {isEmpty ? (
        <Greeting />
      ) : known !== undefined || ask.isPending ? (
        <Thread
          key={conversationId}
          conversationId={conversationId}
          path={path}
          pair={pair}
          people={known?.people ?? NOBODY}
          pending={ask.isPending ? ask.variables.question : null}
          onAsk={askWith}
        />
      ) : (
        <div className={styles.interim} role="status">
          {conversation.isError ? (
            <>
              <p>{words.offline}</p>
              <Button onClick={() => conversation.refetch()}>{words.retry}</Button>
            </>
          ) : (
            <>
              <Stitches />
              <span className="visually-hidden">{words.loading}</span>
            </>
          )}
        </div>
      )}
      <footer className={styles.dock}>
        <EngineNotice chosen={chosen} problem={ask.isError ? asProblem(ask.error) : null} />
        <Composer
          draft={draft}
          onChange={changeDraft}
          parameters={chosen.parameters}
          defaults={chosen.defaults}
          isFollowUp={path.length > 0}
          canSend={!ask.isPending && stopAll === null}
          onSend={send}
          onStop={stopAll}
        />
        <AiNote />
      </footer>
      {isEmpty && <Starters onStart={(text) => changeDraft({ text })} />}
    </main>
  );
}

/** Nobody else has a part in it. */
const NOBODY: Readonly<Record<string, string>> = {};

const draftIn = (projectId: string): string => `new in ${projectId}`;

/** Where it takes two lines, they break between the sentences. */
function AiNote() {
  const { aiNote } = useWords();
  const sentences = aiNote.split(/(?<=[.。])\s*/).filter(Boolean);
  return (
    <p className={styles.note}>
      {sentences.map((sentence) => (
        <span key={sentence}>{sentence} </span>
      ))}
    </p>
  );
}

function useTitle(title: string): void {
  const { appName } = useWords();
  useEffect(() => {
    document.title = title === "" ? appName : `${title} · ${appName}`;
  }, [title, appName]);
}

/** Escape, unless a menu, a dialog or a field had use for it. */
function useEscape(action: (() => void) | null): void {
  useEffect(() => {
    if (action === null) return;
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key !== "Escape" ||
        event.defaultPrevented ||
        document.querySelector("[role=dialog],[role=menu]")
      )
        return;
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [action]);
}
