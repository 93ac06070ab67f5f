/** Every refusal of the server, and its silence, as one kind of error. */

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** The HTTP status; 0: no answer came back at all. */
  readonly status: number;
  /** The server's stable word for what went wrong; "offline" where it said nothing. */
  readonly code: string;
  /** The field of the request that it is about, where it is about one. */
  readonly param: string | null;

  constructor(status: number, code: string, message: string, param: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  get isGone(): boolean {
    return this.status === 404;
  }
}

/** Reads `{"error": {code, message}}`; a proxy's page or an empty body still becomes a problem. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  const error = field(body, "error");
  const code = field(error, "code");
  const message = field(error, "message");
  const param = field(error, "param");
  return new ApiProblem(
    status,
    typeof code === "string" ? code : "unknown",
    typeof message === "string" ? message : `HTTP ${status}`,
    typeof param === "string" ? param : null,
  );
}

/** What to make of anything that was thrown while the server was asked. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiProblem(0, "offline", message);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
