import { useQuery } from "@tanstack/react-query";
import { fetchSignInOptions } from "../api/signIn";

/** What this installation offers to those who want in. */
export function useSignInOptions() {
  return useQuery({
    queryKey: ["sign-in options"],
    queryFn: ({ signal }) => fetchSignInOptions(signal),
    staleTime: 60_000,
  });
}
