import { describe, expect, it } from "vitest";
import { readEvents, type ServerEvent } from "./eventStream";

async function eventsOf(...chunks: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

describe("reading server-sent events", () => {
  it("reads the name and the data", async () => {
    expect(await eventsOf("event: delta\ndata: hello\n\n")).toEqual([{ event: "delta", data: "hello" }]);
  });

  it("puts together what the network cut at any place", async () => {
    const text = "event: delta\r\ndata: hello\r\n\r\nevent: done\r\ndata: end\r\n\r\n";
    const whole = [
      { event: "delta", data: "hello" },
      { event: "done", data: "end" },
    ];
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(await eventsOf(text.slice(0, cut), text.slice(cut))).toEqual(whole);
    }
  });

  it("does not split a character whose bytes arrive apart", async () => {
    const bytes = new TextEncoder().encode("data: 家织\n\n");
    expect(await eventsOf(bytes.slice(0, 8), bytes.slice(8))).toEqual([{ event: "message", data: "家织" }]);
  });

  it("joins several data lines and ignores comments", async () => {
    expect(await eventsOf(": keep-alive\n\ndata: a\ndata:b\n\n")).toEqual([
      { event: "message", data: "a\nb" },
    ]);
  });

  it("drops an event that the end of the stream cut off", async () => {
    expect(await eventsOf("data: whole\n\ndata: half")).toEqual([{ event: "message", data: "whole" }]);
  });

  it("takes a long silence for the end", async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: a\n\n")),
    });
    const events: ServerEvent[] = [];
    for await (const event of readEvents(body, { silenceMs: 5 })) events.push(event);
    expect(events).toHaveLength(1);
  });

  it("lets go of the connection when the reader stops early", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: a\n\ndata: b\n\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const event of readEvents(body)) {
      expect(event.data).toBe("a");
      break;
    }
    expect(cancelled).toBe(true);
  });
});
