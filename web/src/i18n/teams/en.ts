/** What a team's page says, in English. */
import type { Widened } from "../catalogue";

export const teamsEn = {
  mineLead: "The teams you are in, with their projects and keys.",
  noneOfMine: "You are in no team",
  noneOfMineText: "Somebody who looks after people can put you into one.",
  yourRole: (role: string) => `You are ${role}`,
  since: (date: string) => `since ${date}`,
  pays: "The team pays for what members ask while they work for it",
  paysHint: "Otherwise it pays only for the keys of its projects.",
  rename: "Rename",
  name: "Name",
  members: "Members",
  member: "Member",
  role: "Role",
  joined: "Since",
  budget: "Budget a month",
  noBudget: "no limit",
  spentThisMonth: (amount: string) => `${amount} this month`,
  spentOf: (spent: string, budget: string) => `${spent} of ${budget}`,
  budgetOf: (name: string) => `Budget of ${name}`,
  changeBudget: (name: string) => `Change the budget of ${name}`,
  budgetLead:
    "How much the team pays for what they ask in a calendar month. When it is spent, answers wait until the next.",
  budgetHint: "Leave it empty for no limit. 0: nothing.",
  remove: "Remove",
  removeTitle: (name: string) => `Remove ${name} from the team?`,
  removeText:
    "Their keys of the team's projects stop at once, they see its chats no more, and the team pays for them no more.",
  invite: "Invite",
  projects: "Projects",
  projectsLead: "A project owns chats that all of the team see, and keys that the team pays for.",
  noProjects: "No projects yet",
  newProject: "New project",
  newKey: "New key",
  noKeys: "No keys yet.",
  deleteProject: "Delete the project",
  deleteProjectTitle: (name: string) => `Delete ${name}?`,
  deleteProjectText: "Its keys stop at once, and nobody sees its chats any more. It can't be undone.",
  deleteTeam: "Delete the team",
  deleteTeamTitle: (name: string) => `Delete ${name}?`,
  deleteTeamText:
    "Its projects end at once with their keys and chats, and nobody is in it any more. It can't be undone.",
  keyMade: "The new key",
} as const;

export type TeamsWords = Widened<typeof teamsEn>;
