/** Reads server-sent events from a response's body (the format of the WHATWG HTML standard, section 9.2). */

export interface ServerEvent {
  event: string;
  data: string;
}

interface Patience {
  /** A stream without a single byte for so long counts as ended: a sleeping laptop's connections die without a word. */
  silenceMs?: number;
}

/** Yields each event as soon as its blank line has arrived; an event cut off by the end of the stream is dropped. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  { silenceMs = Number.POSITIVE_INFINITY }: Patience = {},
): AsyncGenerator<ServerEvent, void> {
  let event = "";
  let data: string[] = [];
  for await (const line of readLines(body, silenceMs)) {
    if (line === "") {
      if (data.length > 0) yield { event: event || "message", data: data.join("\n") };
      event = "";
      data = [];
      continue;
    }
    const [field, value] = splitField(line);
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
}

async function* readLines(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, silenceMs);
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A lone CR at the end may be the first half of a CRLF, so it waits for what follows.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    // Also reached when the consumer stops early: the connection must not linger.
    await reader.cancel().catch(() => undefined);
  }
}

/** The next bytes; the end of the stream, also when they are too long in coming. */
async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  ms: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  if (ms === Number.POSITIVE_INFINITY) return reader.read();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<ReadableStreamReadResult<Uint8Array>>((resolve) => {
    timer = setTimeout(() => resolve({ done: true, value: undefined }), ms);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}
