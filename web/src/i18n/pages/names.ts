/** The words for what the server calls by a fixed name. */
import type { PagesWords } from "./en";

export function roleName(words: PagesWords, role: string): string {
  const names: Readonly<Record<string, string>> = {
    owner: words.roleOwner,
    admin: words.roleAdmin,
    member: words.roleMember,
    visitor: words.roleVisitor,
    trainer: words.teamRoleTrainer,
    reviewer: words.teamRoleReviewer,
  };
  return names[role] ?? role;
}

export function doorName(words: PagesWords, door: string): string {
  const names: Readonly<Record<string, string>> = {
    web: words.doorWeb,
    api: words.doorApi,
    cli: words.doorCli,
  };
  return names[door] ?? door;
}
