/** How the server is asked: typed by its own description, and every refusal as an `ApiProblem`. */
import createClient from "openapi-fetch";
import { asProblem, problemFrom } from "./problem";
import type { paths } from "./schema";

export const client = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

/** For what is shown before the server has it: it gets there also when the page is left in the same moment. */
export const EVEN_IF_LEFT = { keepalive: true } as const;

interface Reply<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

/** What the server answered. Throws an `ApiProblem`. */
export async function value<T>(request: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await request.catch((thrown: unknown) => {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    throw asProblem(thrown);
  });
  if (!response.ok) throw problemFrom(response.status, error);
  return data as T;
}
