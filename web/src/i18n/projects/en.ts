/** What is said of projects and the chats that a team shares in them, in English. */
import type { Widened } from "../catalogue";

export const projectsEn = {
  projects: "Projects",
  failed: "Your projects could not be loaded.",
  openChats: (project: string) => `Show the chats of ${project}`,
  closeChats: (project: string) => `Hide the chats of ${project}`,
  newChatIn: (project: string) => `New chat in ${project}`,
  allChats: "All chats",
  noChatsYet: "No chats yet",
  inProject: (project: string, team: string) => `In ${project}, shared with ${team}`,

  goneTitle: "This project is not here",
  goneText: "It may have been deleted, or you are not in its team any more.",
  lead: (team: string) => `${team} sees the chats here, and may continue them.`,
  keys: "Keys and members",
  search: "Search this project",
  empty: "No chats in this project yet",
  emptyText: "Start one here, or move one of yours in from its menu.",
  nothingFound: (query: string) => `Nothing found for “${query}”.`,
  you: "You",
  somebodyGone: "Somebody who has left",
  said: (name: string) => `${name} said`,

  move: "Move to a project…",
  moveElsewhere: "Move…",
  moveTitle: "Move this chat",
  moveText: "Everybody in a project's team sees the chats in it, and may continue them.",
  nowhere: "No project",
  nowhereText: "Only you see it",
  here: "it is here now",
} as const;

export type ProjectsWords = Widened<typeof projectsEn>;
