import { describe, expect, it } from "vitest";
import type { TeamRole } from "../api/teams";
import { powersIn } from "./powers";

type Someone = Parameters<typeof powersIn>[0];

function somebody(role: Someone["role"], teamRole: TeamRole | null): Someone {
  const teams = teamRole === null ? [] : [{ id: "t", name: "Team", role: teamRole, pays_for_members: false }];
  return { role, is_admin: role === "owner" || role === "admin", teams };
}

describe("what is offered in a team", () => {
  it.each([
    ["member", "member", false, false, false],
    ["member", "reviewer", false, false, false],
    ["member", "admin", true, false, true],
    ["member", "owner", true, true, true],
    ["member", null, false, false, false],
    ["admin", null, true, false, false],
    ["admin", "member", true, false, false],
    ["owner", null, true, true, true],
  ] as const)("to a %s who is %s of it", (role, teamRole, mayManage, mayOwn, maySeeMoney) => {
    expect(powersIn(somebody(role, teamRole), "t")).toMatchObject({ mayManage, mayOwn, maySeeMoney });
  });

  it("lets nobody give a role above their own", () => {
    expect(powersIn(somebody("member", "admin"), "t").grants).not.toContain("admin");
    expect(powersIn(somebody("member", "owner"), "t").grants).toContain("owner");
    expect(powersIn(somebody("member", "trainer"), "t").grants).toEqual([]);
  });

  it("is nothing in a team that one isn't in", () => {
    expect(powersIn(somebody("member", "owner"), "another").mayManage).toBe(false);
  });
});
