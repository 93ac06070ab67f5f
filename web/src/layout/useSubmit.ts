/** A form's way to the server: what it refuses about a field stands beside that field, all else at the form's foot. */
import { useMutation } from "@tanstack/react-query";
import { asProblem } from "../api/problem";
import { useProblemText } from "./Loaded";

interface Submit<V> {
  submit: (given: V) => void;
  busy: boolean;
  done: boolean;
  /** What the server said of this field. */
  errorAt: (field: string) => string | null;
  /** What it said that is about none of the form's fields. */
  error: string | null;
  reset: () => void;
}

export function useSubmit<V, R>(
  send: (given: V) => Promise<R>,
  { fields = [], onDone }: { fields?: readonly string[]; onDone?: (result: R, given: V) => unknown } = {},
): Submit<V> {
  const { mutate, isPending, isSuccess, error, reset } = useMutation({
    mutationFn: send,
    meta: { saysItself: true },
    onSuccess: (result, given) => onDone?.(result, given),
  });
  const text = useProblemText(error);
  const param = error === null ? null : (asProblem(error).param?.split(".")[0] ?? null);
  const isAtField = param !== null && fields.includes(param);
  return {
    submit: mutate,
    busy: isPending,
    done: isSuccess,
    errorAt: (field) => (param === field ? text : null),
    error: error !== null && !isAtField ? text : null,
    reset,
  };
}
