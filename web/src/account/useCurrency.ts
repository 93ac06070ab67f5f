import { useSignInOptions } from "../signin/useSignInOptions";

/** The currency of this installation; until it is known, one that is easily told from real ones. */
export function useCurrency(): string {
  return useSignInOptions().data?.currency ?? "XXX";
}
