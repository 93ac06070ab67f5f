// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDraft, useDraft } from "./drafts";

describe("a draft", () => {
  beforeEach(() => localStorage.clear());
  afterEach(cleanup);

  const open = (id: string | null) =>
    renderHook(({ id }: { id: string | null }) => useDraft(id), { initialProps: { id } });

  it("is there again after a reload", () => {
    const { result, unmount } = open("c1");
    act(() => result.current.changeDraft({ text: "half a thought" }));
    unmount();
    expect(open("c1").result.current.draft.text).toBe("half a thought");
  });

  it("belongs to its conversation", () => {
    const { result, rerender } = open("c1");
    act(() => result.current.changeDraft({ text: "for one" }));
    rerender({ id: "c2" });
    expect(result.current.draft.text).toBe("");
    rerender({ id: "c1" });
    expect(result.current.draft.text).toBe("for one");
  });

  it("leaves nothing behind once it is sent", () => {
    const { result } = open(null);
    act(() => result.current.changeDraft({ text: "sent", model: "m" }));
    act(() => result.current.changeDraft({ text: "", model: null }));
    expect(localStorage.length).toBe(0);
  });

  it("takes back what could not be sent, before what was written since", () => {
    const { result } = open("c1");
    act(() => result.current.changeDraft({ text: "written since" }));
    act(() => result.current.giveBack("not sent"));
    expect(result.current.draft.text).toBe("not sent\n\nwritten since");
  });

  it("is taken back by its own conversation, also when another one is shown", () => {
    const { result, rerender } = open("c1");
    const { giveBack } = result.current;
    rerender({ id: "c2" });
    act(() => giveBack("not sent"));
    expect(result.current.draft.text).toBe("");
    expect(readDraft("c1").text).toBe("not sent");
  });

  it("survives rubbish in the storage", () => {
    localStorage.setItem("homespun.draft.c1", "{rubbish");
    expect(readDraft("c1").text).toBe("");
  });
});
