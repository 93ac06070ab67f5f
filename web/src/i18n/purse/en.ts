/** What is said about what somebody has and pays, in English. */
import type { Widened } from "../catalogue";

export const purseEn = {
  available: "In the wallet",
  availableNote: "can be spent",
  held: "Set aside",
  heldNote: "for answers being written",
  plan: "Plan",
  noPlan: "None",
  noPlanNote: "everything is paid from the wallet",
  free: "Free",
  aMonth: (amount: string) => `${amount} a month`,

  // Use of a plan
  planTitle: (name: string) => `Your plan: ${name}`,
  overflowWallet: "When it is spent, the wallet pays.",
  overflowRefuse: "When it is spent, answers wait until it begins anew.",
  renews: (date: string) => `Paid until ${date}; then the next month is taken from the wallet.`,
  ends: (date: string) => `Ends on ${date}.`,
  unlimited: "Without limits.",
  thisDay: "Today",
  thisWeek: "This week",
  thisMonth: "This month",
  resets: (when: string) => `begins anew ${when}`,
  prompts: "Prompts",
  tokens: "Tokens",
  worth: "Worth",
  usedOf: (used: string, limit: string) => `${used} of ${limit}`,

  // Plans on offer
  plans: "Plans",
  plansLead: "The first month is taken from the wallet at once, then every month on the same day.",
  yours: "yours",
  choose: "Choose",
  chooseTitle: (name: string) => `Take the plan ${name}?`,
  chooseText: (amount: string) =>
    `${amount} for the first month are taken from the wallet now. It replaces the plan you had.`,
  endPlan: "End the plan",
  endPlanTitle: "End the plan?",
  endPlanText: "It stays until the month that is paid for is over. After that the wallet pays.",
  somePrompts: (count: string) => `${count} prompts`,
  someTokens: (count: string) => `${count} tokens`,
  someWorth: (amount: string) => `${amount} worth of answers`,
  eachDay: (limits: string) => `${limits} a day`,
  eachWeek: (limits: string) => `${limits} a week`,
  eachMonth: (limits: string) => `${limits} a month`,

  // Money in
  voucher: "Redeem a voucher",
  voucherLead: "Its worth goes into the wallet.",
  voucherCode: "Code",
  redeem: "Redeem",
  redeemed: (amount: string) => `Redeemed: ${amount} are in the wallet.`,
  topUp: "Top up",
  topUpLead: "You pay on the provider's own page. The money is there as soon as it says that you have paid.",
  amount: "Amount",
  provider: "Provider",
  billedTo: "Name and address for the invoice",
  billedToHint: "As it is to stand on the invoice.",
  pay: "Go to the payment",

  // Top-ups that were made
  payments: "Top-ups and invoices",
  when: "When",
  state: "State",
  invoice: (number: string) => `Invoice ${number}`,
  paymentOpen: "not paid yet",
  paymentPaid: "paid",
  paymentFailed: "not paid",
  refunded: (amount: string) => `${amount} given back`,

  // The statement
  statement: "Statement",
  what: "What",
  nothingBooked: "Nothing was booked yet",
  bookings: {
    hold: "Set aside for an answer",
    settle: "An answer",
    release: "Set aside and not needed",
    voucher: "Voucher",
    plan: "Plan",
    adjust: "By hand",
    topup: "Top-up",
    refund: "Given back",
    refunded: "Given back",
    move: "From your visit",
    other: "Other",
  },
} as const;

export type PurseWords = Widened<typeof purseEn>;
