/** Words that all pages of the account and the console share, in English. */
import type { Widened } from "../catalogue";

export const pagesEn = {
  backToChats: "Back to chats",
  skipToPage: "Skip to the page",
  pages: "Pages",
  yourAccount: "Your account",
  console: "Console",
  profile: "Profile",
  usage: "Usage",
  balance: "Balance",
  myKeys: "API keys",
  myTeams: "Your teams",
  signIn: "Sign-in",
  sessions: "Sessions",
  learning: "Learning",
  betterAnswers: "Better answers",
  people: "People",
  teams: "Teams",
  keys: "Keys",
  plans: "Plans and prices",
  availability: "Availability",
  vouchers: "Vouchers",
  balances: "Balances",
  income: "Income",
  releases: "Releases",
  improvements: "Improvements",
  health: "Health",
  settings: "Settings",

  // States of a page
  failed: "This could not be loaded.",
  saved: "Saved.",
  notForYou: "This page is for those who look after the installation.",
  notFoundTitle: "Nothing is here",
  notFoundText: "It may have been removed, or the address is mistyped.",

  // Tables
  more: "Show more",
  optionsFor: (name: string) => `Options for ${name}`,
  asTable: "Show as a table",
  total: "Total",
  day: "Day",
  others: "others",
  never: "never",
  none: "none",
  download: "Download CSV",

  // Fields
  optional: "optional",
  notAnAmount: "Write an amount such as 12.50, with at most six decimals.",
  notACount: "Write a whole number.",
  close: "Close",
  create: "Create",
  edit: "Edit",

  // A secret that is shown once
  copyNow: "Copy it now. For your safety it is not kept, and can't be shown again.",
  copyIt: "Copy",
  copyAll: "Copy all",
  downloadText: "Download as a file",
  iHaveIt: "I have copied it",

  // Reports
  range: "Time span",
  lastDays: (days: string) => `${days} days`,
  measure: "What is counted",
  cost: "Cost",
  tokens: "Tokens",
  prompts: "Prompts",
  byPlan: "Covered by the plan",
  byWallet: "Paid from the wallet",
  tokensNew: "Prompt",
  tokensCached: "Prompt, from the cache",
  tokensWritten: "Answer",
  dividedBy: "Where it went",
  byModel: "Model",
  byKey: "Key",
  byPerson: "Person",
  byDoor: "Door",
  withoutKey: "without a key",
  noUsage: "Nothing was used in this time span.",

  // Who somebody is
  roleOwner: "Owner",
  roleAdmin: "Admin",
  roleMember: "Member",
  roleVisitor: "Visitor",
  teamRoleTrainer: "Trainer",
  teamRoleReviewer: "Reviewer",

  // Doors
  doorWeb: "Web app",
  doorApi: "API",
  doorCli: "Command line",
} as const;

export type PagesWords = Widened<typeof pagesEn>;
