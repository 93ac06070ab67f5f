/** What the page offers to whom. The server decides what anybody may; this only keeps from offering what it refuses. */
import type { TeamRole } from "../api/teams";
import type { Me } from "../api/types";

export interface TeamPowers {
  /** Whoever has none may only look on, and make keys of their own. */
  role: TeamRole | null;
  mayManage: boolean;
  mayOwn: boolean;
  maySeeMoney: boolean;
  /** The roles that they may give and take. */
  grants: TeamRole[];
}

const BELOW_ADMIN: TeamRole[] = ["member", "trainer", "reviewer"];

export function powersIn(me: Pick<Me, "role" | "teams" | "is_admin">, teamId: string): TeamPowers {
  const role = me.teams.find(({ id }) => id === teamId)?.role ?? null;
  const mayOwn = role === "owner" || me.role === "owner";
  const mayManage = mayOwn || role === "admin" || me.is_admin;
  const grants: TeamRole[] = mayOwn ? [...BELOW_ADMIN, "admin", "owner"] : mayManage ? BELOW_ADMIN : [];
  return { role, mayManage, mayOwn, maySeeMoney: mayOwn || role === "admin", grants };
}
