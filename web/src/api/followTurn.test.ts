// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followTurn, type TurnListener } from "./followTurn";

/** Notes what it is told. */
class Notes implements TurnListener {
  readonly heard: string[] = [];
  snapshot = (turn: { answer: string }) => this.note(`snapshot ${turn.answer}`);
  delta = (text: string) => this.note(`delta ${text}`);
  done = () => this.note("done");
  lost = () => this.note("lost");
  refused = (problem: { code: string }) => this.note(`refused ${problem.code}`);
  private note(what: string): void {
    this.heard.push(what);
  }
}

const snapshot = (answer: string) => `event: snapshot\ndata: {"turn":{"answer":"${answer}"}}\n\n`;
const delta = (text: string) => `event: delta\ndata: {"text":"${text}"}\n\n`;
const done = 'event: done\ndata: {"turn":{}}\n\n';

const stream =
  (...events: string[]) =>
  () =>
    Promise.resolve(new Response(events.join("")));
const refusal = (status: number, code: string) => () =>
  Promise.resolve(new Response(JSON.stringify({ error: { code, message: "" } }), { status }));
const silence = () => Promise.reject(new TypeError("Failed to fetch"));

/** Follows a turn on a server that gives these answers, one after another. */
async function follow(
  ...answers: (() => Promise<Response>)[]
): Promise<{ heard: string[]; attempts: number }> {
  const fetch = vi.fn<() => Promise<Response>>();
  for (const answer of answers) fetch.mockImplementationOnce(answer);
  vi.stubGlobal("fetch", fetch);
  const notes = new Notes();
  const following = followTurn("t1", notes, new AbortController().signal);
  await vi.runAllTimersAsync();
  await following;
  return { heard: notes.heard, attempts: fetch.mock.calls.length };
}

describe("following a turn", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("ends with the turn", async () => {
    const { heard, attempts } = await follow(stream(snapshot("a"), delta("b"), done));
    expect(heard).toEqual(["snapshot a", "delta b", "done"]);
    expect(attempts).toBe(1);
  });

  it("attaches again when the connection breaks off, and begins with a snapshot", async () => {
    const { heard } = await follow(stream(snapshot("a"), delta("b")), stream(snapshot("abc"), done));
    expect(heard).toEqual(["snapshot a", "delta b", "lost", "snapshot abc", "done"]);
  });

  it("goes on trying while the server is silent, or unwell, or busy", async () => {
    const { heard } = await follow(
      silence,
      refusal(503, "unavailable"),
      refusal(429, "rate_limit_exceeded"),
      stream(snapshot(""), done),
    );
    expect(heard).toEqual(["lost", "lost", "lost", "snapshot ", "done"]);
  });

  it("gives up when there is nothing to attach to", async () => {
    const { heard, attempts } = await follow(refusal(404, "not_found"));
    expect(heard).toEqual(["refused not_found"]);
    expect(attempts).toBe(1);
  });

  it("waits longer from attempt to attempt, but never for minutes", async () => {
    const began = Date.now();
    await follow(...Array.from({ length: 12 }, () => silence), stream(done));
    const seconds = (Date.now() - began) / 1000;
    expect(seconds).toBeGreaterThan(40);
    expect(seconds).toBeLessThan(80);
  });

  it("tries at once when the network is back", async () => {
    vi.stubGlobal("fetch", vi.fn().mockImplementationOnce(silence).mockImplementationOnce(stream(done)));
    const notes = new Notes();
    const following = followTurn("t1", notes, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(1);
    window.dispatchEvent(new Event("online"));
    await following;
    expect(notes.heard).toEqual(["lost", "done"]);
  });

  it("stops when the reader leaves", async () => {
    vi.stubGlobal("fetch", vi.fn().mockImplementation(silence));
    const leaving = new AbortController();
    const following = followTurn("t1", new Notes(), leaving.signal);
    await vi.advanceTimersByTimeAsync(1);
    leaving.abort();
    await expect(following).resolves.toBeUndefined();
  });
});
