import { useCallback } from "react";
import { navigate } from "../app/router";
import { useServices } from "../app/services";

const DOORS = new Set(["/sign-in", "/invitation"]);

/** What happens once there is a session: this page and all other tabs begin anew, where they were. */
export function useEntered(onSignedIn: () => void): () => Promise<void> {
  const { queries, tabs } = useServices();
  return useCallback(() => {
    onSignedIn();
    if (DOORS.has(location.pathname)) navigate("/", { replace: true });
    tabs.tell({ kind: "session" });
    return queries.resetQueries();
  }, [onSignedIn, queries, tabs]);
}
