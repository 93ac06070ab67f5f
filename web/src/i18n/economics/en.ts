import type { Widened } from "../catalogue";

export const economicsEn = {
  title: "What answers cost",
  lead: "For how long the machine worked for answers. Each second counts once, however many answers share it; idle time is not in it.",
  atHour: (price: string) => `at ${price} an hour`,
  noHour:
    "Nobody has said what an hour of the machine costs. Set `billing.machine_cost_per_hour` and start the server again; until then there is only its time here.",
  nothingMeasured:
    "The engines that answered in these days don't measure the machine's time; those elsewhere (`upstream`) never do. So no cost is known.",

  machineTime: "Machine time",
  machineCost: "Machine cost",
  thousandCost: "1,000 prompts cost",
  thousandTime: "1,000 prompts take",
  left: "What is left",
  leftIs: (amount: string) => `What is left: ${amount}`,
  leftOf: (share: string) => `${share} of the income`,
  measured: (measured: string, all: string) => `${measured} of ${all} prompts measured`,
  notMeasured: "not measured",
  notKnown: "not known",

  plansTitle: "Income and machine cost, by plan",
  plansTimeTitle: "Machine time, by plan",
  releasesTitle: "What 1,000 prompts cost, by model and door",
  releasesTimeTitle: "How long 1,000 prompts take, by model and door",
  income: "Income",
  plan: "Plan",
  model: "Model",
} as const;

export type EconomicsWords = Widened<typeof economicsEn>;
