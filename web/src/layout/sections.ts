/** Which pages there are for whom, in the order in which they are listed. */
import {
  Activity,
  ChartNoAxesColumn,
  Coins,
  Globe,
  GraduationCap,
  KeyRound,
  LogIn,
  type LucideIcon,
  Milestone,
  MonitorSmartphone,
  PenLine,
  SlidersHorizontal,
  Sprout,
  Tags,
  Ticket,
  TrendingUp,
  UserRound,
  Users,
  UsersRound,
  Wallet,
} from "lucide-react";
import type { Me } from "../api/types";
import { type AccountSection, accountPath, type ConsoleSection, consolePath } from "../app/router";
import type { PagesWords } from "../i18n/pages/en";

interface SectionItem {
  section: AccountSection | ConsoleSection;
  path: string;
  label: string;
  icon: LucideIcon;
}

export interface SectionGroup {
  page: "account" | "console";
  label: string;
  items: SectionItem[];
}

export function sectionGroups(
  words: PagesWords,
  me: Pick<Me, "role" | "is_admin" | "teams">,
): SectionGroup[] {
  const own: SectionGroup = {
    page: "account",
    label: words.yourAccount,
    items: accountItems(words, me),
  };
  if (!me.is_admin) return [own];
  return [own, { page: "console", label: words.console, items: consoleItems(words, me.role === "owner") }];
}

/** Visitors have nothing but what they may use, and their consent. */
function accountItems(words: PagesWords, me: Pick<Me, "role" | "is_admin" | "teams">): SectionItem[] {
  const item = (section: AccountSection, label: string, icon: LucideIcon): SectionItem => ({
    section,
    path: accountPath(section),
    label,
    icon,
  });
  const learning = item("learning", words.learning, GraduationCap);
  if (me.role === "visitor") return [item("balance", words.balance, Wallet), learning];
  const reviews = me.is_admin || me.teams.some(({ role }) => role !== "member");
  return [
    item("profile", words.profile, UserRound),
    item("usage", words.usage, ChartNoAxesColumn),
    item("balance", words.balance, Wallet),
    item("keys", words.myKeys, KeyRound),
    item("teams", words.myTeams, UsersRound),
    item("sign-in", words.signIn, LogIn),
    item("sessions", words.sessions, MonitorSmartphone),
    learning,
    ...(reviews ? [item("better-answers", words.betterAnswers, PenLine)] : []),
  ];
}

/** Money is the owners' alone. */
function consoleItems(words: PagesWords, isOwner: boolean): SectionItem[] {
  const item = (section: ConsoleSection, label: string, icon: LucideIcon): SectionItem => ({
    section,
    path: consolePath(section),
    label,
    icon,
  });
  return [
    item("people", words.people, Users),
    item("teams", words.teams, UsersRound),
    item("keys", words.keys, KeyRound),
    item("availability", words.availability, Globe),
    ...(isOwner
      ? [
          item("plans", words.plans, Tags),
          item("vouchers", words.vouchers, Ticket),
          item("balances", words.balances, Coins),
          item("usage", words.usage, ChartNoAxesColumn),
          item("income", words.income, TrendingUp),
        ]
      : []),
    item("releases", words.releases, Milestone),
    item("improvements", words.improvements, Sprout),
    item("health", words.health, Activity),
    item("settings", words.settings, SlidersHorizontal),
  ];
}
