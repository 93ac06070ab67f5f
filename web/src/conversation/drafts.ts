/** What a person has written but not sent, and chosen but not used, by conversation; it survives a reload. */
import { useCallback, useState } from "react";
import type { Parameters } from "../api/types";
import { readText, writeStored } from "../preferences/storage";

export interface Draft {
  text: string;
  /** Null: as the conversation's last turn, or the default. */
  model: string | null;
  parameters: Parameters | null;
}

const EMPTY: Draft = { text: "", model: null, parameters: null };
const name = (conversationId: string | null) => `draft.${conversationId ?? "new"}`;

/** The draft of one conversation, and the way to change part of it; also after the reader has gone to another one. */
export function useDraft(conversationId: string | null) {
  const [shown, setShown] = useState(() => ({ id: conversationId, draft: readDraft(conversationId) }));
  const current =
    shown.id === conversationId ? shown : { id: conversationId, draft: readDraft(conversationId) };
  if (current !== shown) setShown(current);

  const change = useCallback(
    (edit: (before: Draft) => Partial<Draft>) =>
      setShown((now) => {
        const isShown = now.id === conversationId;
        const before = isShown ? now.draft : readDraft(conversationId);
        const draft = { ...before, ...edit(before) };
        writeDraft(conversationId, draft);
        return isShown ? { id: conversationId, draft } : now;
      }),
    [conversationId],
  );
  const changeDraft = useCallback((part: Partial<Draft>) => change(() => part), [change]);
  const giveBack = useCallback(
    (text: string) => change((before) => ({ text: [text, before.text].filter(Boolean).join("\n\n") })),
    [change],
  );
  return { draft: current.draft, changeDraft, giveBack };
}

export function readDraft(conversationId: string | null): Draft {
  try {
    return { ...EMPTY, ...JSON.parse(readText(name(conversationId)) ?? "{}") };
  } catch {
    return EMPTY;
  }
}

export function writeDraft(conversationId: string | null, draft: Draft): void {
  const isEmpty = draft.text === "" && draft.model === null && draft.parameters === null;
  writeStored(name(conversationId), isEmpty ? null : JSON.stringify(draft));
}
