/** What the server tells those who look after the installation, and what it does for them. */
import { client, value } from "./client";
import type { DayRange } from "./purse";
import { marked } from "./requestKey";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type PersonLine = Schemas["PersonLine"];
export type PersonPage = Schemas["PersonPage"];
export type PersonDetails = Schemas["PersonDetails"];
export type Role = PersonLine["role"];
export type Invitation = Schemas["Invitation"];
export type MadeInvitation = Schemas["MadeInvitation"];
export type NewInvitation = Schemas["NewInvitation"];
export type KeyPage = Schemas["KeyPage"];
export type Price = Schemas["Price"];
export type PricePage = Schemas["PricePage"];
export type Tariff = Schemas["Tariff"];
export type NewPrice = Schemas["NewPrice"];
export type Plan = Schemas["Plan"];
export type PlanTerms = Schemas["PlanTerms"];
export type Adjustment = Schemas["Adjustment"];
export type PlanIncome = Schemas["PlanIncome"];
export type UnitEconomics = Schemas["UnitEconomics"];
export type ReleaseCost = Schemas["ReleaseCost"];
export type PlanMargin = Schemas["PlanMargin"];
export type Health = Schemas["Health"];
export type EngineHealth = Schemas["EngineHealth"];
export type Books = Schemas["Books"];
export type Setting = Schemas["Setting"];

type UsageQuery = NonNullable<paths["/api/console/usage"]["get"]["parameters"]["query"]>;
export type Dimension = NonNullable<UsageQuery["by"]>;

const person = (person_id: string) => ({ params: { path: { person_id } } });
const plan = (plan_id: string) => ({ params: { path: { plan_id } } });
const holder = (holder_id: string) => ({ params: { path: { holder_id } } });

// People

export const fetchPeople = (
  search: string,
  kind: "person" | "visitor",
  cursor: string,
  signal: AbortSignal,
): Promise<PersonPage> =>
  value(
    client.GET("/api/console/people", { params: { query: { search, kind, cursor, limit: 50 } }, signal }),
  );

export const fetchPerson = (id: string, signal: AbortSignal): Promise<PersonDetails> =>
  value(client.GET("/api/console/people/{person_id}", { ...person(id), signal }));

export const setRole = (id: string, role: Role): Promise<PersonDetails> =>
  value(client.PATCH("/api/console/people/{person_id}", { ...person(id), body: { role } }));

export const ban = (id: string): Promise<PersonDetails> =>
  value(client.POST("/api/console/people/{person_id}/ban", person(id)));

export const unban = (id: string): Promise<PersonDetails> =>
  value(client.DELETE("/api/console/people/{person_id}/ban", person(id)));

export const removePerson = (id: string): Promise<unknown> =>
  value(client.DELETE("/api/console/people/{person_id}", person(id)));

export const fetchInvitations = (signal: AbortSignal): Promise<Invitation[]> =>
  value(client.GET("/api/console/invitations", { signal }));

export const invite = (invitation: NewInvitation): Promise<MadeInvitation> =>
  value(client.POST("/api/console/invitations", { body: invitation }));

export const revokeInvitation = (invitation_id: string): Promise<Invitation> =>
  value(client.DELETE("/api/invitations/{invitation_id}", { params: { path: { invitation_id } } }));

// Keys

export const fetchAllKeys = (ownerId: string, cursor: string, signal: AbortSignal): Promise<KeyPage> =>
  value(
    client.GET("/api/console/keys", { params: { query: { owner_id: ownerId, cursor, limit: 50 } }, signal }),
  );

export const revokeAnyKey = (key_id: string): Promise<unknown> =>
  value(client.DELETE("/api/console/keys/{key_id}", { params: { path: { key_id } } }));

// Prices and plans

export const fetchPrices = (cursor: string, signal: AbortSignal): Promise<PricePage> =>
  value(client.GET("/api/console/prices", { params: { query: { cursor, limit: 50 } }, signal }));

export const setPrice = (price: NewPrice): Promise<Price> =>
  value(client.POST("/api/console/prices", { body: price }));

export const fetchPlans = (signal: AbortSignal): Promise<Plan[]> =>
  value(client.GET("/api/console/plans", { signal }));

export const addPlan = (terms: PlanTerms): Promise<Plan> =>
  value(client.POST("/api/console/plans", { body: terms }));

export const changePlan = (id: string, terms: PlanTerms): Promise<Plan> =>
  value(client.PUT("/api/console/plans/{plan_id}", { ...plan(id), body: terms }));

export const retirePlan = (id: string): Promise<Plan> =>
  value(client.POST("/api/console/plans/{plan_id}/retirement", plan(id)));

export const removePlan = (id: string): Promise<unknown> =>
  value(client.DELETE("/api/console/plans/{plan_id}", plan(id)));

// Wallets

export type WalletLine = Schemas["WalletLine"];
export type SubscriptionLine = Schemas["SubscriptionLine"];

export const fetchWallets = (cursor: string | null, signal: AbortSignal): Promise<Schemas["WalletPage"]> =>
  value(client.GET("/api/console/wallets", { params: { query: { cursor, limit: 50 } }, signal }));

export const fetchSubscriptions = (
  cursor: string | null,
  signal: AbortSignal,
): Promise<Schemas["SubscriptionPage"]> =>
  value(client.GET("/api/console/subscriptions", { params: { query: { cursor, limit: 50 } }, signal }));

export const fetchWallet = (holderId: string, signal: AbortSignal): Promise<Schemas["Balance"]> =>
  value(client.GET("/api/console/wallets/{holder_id}", { ...holder(holderId), signal }));

export const fetchWalletStatement = (
  holder_id: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Schemas["Statement"]> =>
  value(
    client.GET("/api/console/wallets/{holder_id}/statement", {
      params: { path: { holder_id }, query: { cursor, limit: 40 } },
      signal,
    }),
  );

export const adjust = (holderId: string, adjustment: Adjustment, key: string): Promise<Schemas["Balance"]> =>
  value(
    client.POST("/api/console/wallets/{holder_id}/adjustments", {
      ...holder(holderId),
      body: adjustment,
      ...marked(key),
    }),
  );

export const givePlan = (holderId: string, plan_id: string): Promise<Schemas["Balance"]> =>
  value(
    client.PUT("/api/console/wallets/{holder_id}/subscription", { ...holder(holderId), body: { plan_id } }),
  );

export const endPlan = (holderId: string): Promise<Schemas["Balance"]> =>
  value(client.DELETE("/api/console/wallets/{holder_id}/subscription", holder(holderId)));

export const fetchAllPayments = (
  cursor: string | null,
  signal: AbortSignal,
): Promise<Schemas["PaymentPage"]> =>
  value(client.GET("/api/console/payments", { params: { query: { cursor, limit: 40 } }, signal }));

export const refund = (payment_id: string, key: string): Promise<Schemas["Refund"]> =>
  value(
    client.POST("/api/console/payments/{payment_id}/refunds", {
      params: { path: { payment_id } },
      body: { amount: null },
      ...marked(key),
    }),
  );

// Reports

export const fetchAllUsage = (
  range: DayRange,
  by: Dimension,
  signal: AbortSignal,
): Promise<Schemas["UsageSum"][]> =>
  value(client.GET("/api/console/usage", { params: { query: { ...range, by } }, signal }));

export const fetchIncome = (range: DayRange, signal: AbortSignal): Promise<PlanIncome[]> =>
  value(client.GET("/api/console/income", { params: { query: range }, signal }));

export const fetchEconomics = (range: DayRange, signal: AbortSignal): Promise<UnitEconomics> =>
  value(client.GET("/api/console/economics", { params: { query: range }, signal }));

// The house

export const fetchHealth = (signal: AbortSignal): Promise<Health> =>
  value(client.GET("/api/console/health", { signal }));

export const fetchBooks = (signal: AbortSignal): Promise<Books> =>
  value(client.GET("/api/console/books", { signal }));

export const fetchSettings = (signal: AbortSignal): Promise<Setting[]> =>
  value(client.GET("/api/console/settings", { signal }));
