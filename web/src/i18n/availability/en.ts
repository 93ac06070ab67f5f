/** What the page on availability says, in English. */
import type { Widened } from "../catalogue";

export const availabilityEn = {
  lead: "To whom it is open, and where. Of the rules that fit somebody, the most specific counts; where none fits, they are welcome. Owners never are shut out.",
  forOwners: "Only owners change rules. You can let people in who wait.",

  // Rules
  rules: "Rules",
  rulesLead:
    "A rule for one person counts before one for a team, a domain, visitors, everybody; one for a country before one for all.",
  noRules: "Open to everybody, everywhere",
  noRulesText: "Make a rule to refuse some, or to have them wait until you let them in.",
  newRule: "New rule",
  changeRule: "Change the rule",
  forWhom: "For",
  where: "Where",
  verdict: "They are",
  toldThem: "What they are told",
  ourWords: "our own words",
  remove: "Remove",
  removeTitle: "Remove this rule?",
  removeText: "A less specific one counts then; without one, they are welcome. It acts within two seconds.",
  personal: "For one person each",
  noCountries: "Nobody's country is known, so rules for a country never count.",
  noCountriesRemedy:
    "Set `gate.country_header` to your proxy's header, or `gate.geoip_file`. Until then everybody comes from an unknown country.",

  // Who and where
  everybody: "Everybody",
  visitors: "Visitors",
  domain: "People of a domain",
  team: "A team's members",
  person: "One person",
  domainSubject: "Domain",
  domainHint: "What comes after the @ of their e-mail address: example.com.",
  teamSubject: "Team",
  teamHint: "Its name, or its id.",
  personSubject: "Person",
  personHint: "An e-mail address, a phone number, or an id.",
  country: "Country or region",
  everywhere: "Everywhere",
  unknownCountry: "Unknown",
  removedOne: "somebody who was removed",

  // Verdicts
  allowed: "let in",
  refused: "refused",
  waiting: "put on the waiting list",
  allowedHint: "They may come in, where a less specific rule shuts them out.",
  refusedHint: "They can't sign in or ask, and are told why.",
  waitingHint: "They may sign in; who asks is put on the waiting list until you let them in.",
  messageEn: "In English",
  messageZh: "In Chinese",
  messageHint: "Empty: a sentence that fits.",

  // The waiting list
  waitingList: "Waiting list",
  waitingLead: (count: string) => `${count} waiting; who asked first stands first.`,
  nobodyWaits: "Nobody waits",
  nobodyWaitsText: "Whoever asks while a rule has them wait is listed here.",
  place: "Place",
  name: "Name",
  askedFrom: "Asked from",
  askedAt: "Since",
  letIn: "Let in",

  // What would somebody get
  trial: "What would they get?",
  trialLead: "Try the rules, before somebody comes who is no trial.",
  who: "Who",
  aVisitor: "A visitor",
  aNewcomer: "Somebody new",
  aPerson: "A person",
  newcomerEmail: "Their e-mail address",
  comesFrom: "Comes from",
  find: "Find out",
  wouldBeAllowed: "They come in",
  wouldBeRefused: "They are refused",
  wouldWait: "They wait",
  byRule: (whom: string, where: string) => `By the rule for: ${whom} · ${where}`,
  byNoRule: "No rule fits them.",
} as const;

export type AvailabilityWords = Widened<typeof availabilityEn>;
