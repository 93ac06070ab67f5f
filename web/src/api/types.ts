/** Short names for the shapes of the server's API; `schema.d.ts` is generated and holds the truth. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type ModelInfo = Schemas["ModelInfo"];
export type Parameters = Schemas["Parameters"];
export type ConversationSummary = Schemas["ConversationSummary"];
export type ConversationPage = Schemas["ConversationPage"];
export type ConversationChange = Schemas["ConversationChange"];
export type Conversation = Schemas["Conversation"];
export type Turn = Schemas["Turn"];
export type AskedTurn = Schemas["AskedTurn"];
export type SideBySide = Schemas["SideBySide"];
export type NewTurn = Schemas["NewTurn"];
export type Feedback = Schemas["Feedback"];
export type FeedbackState = Schemas["FeedbackState"];
