/** The ways in. */
import { client, value } from "./client";
import type { components, paths } from "./schema";

export type SignInOptions = components["schemas"]["SignInOptions"];
type Joining = paths["/api/registration"]["post"]["requestBody"]["content"]["application/json"];
export type Proof = components["schemas"]["SignInRequest"];

export const fetchSignInOptions = (signal: AbortSignal): Promise<SignInOptions> =>
  value(client.GET("/api/sign-in", { signal }));

/** Whatever proves who somebody is: a link's token, a password, a code, an invitation. */
export const signIn = (proof: Proof): Promise<unknown> => value(client.POST("/api/session", { body: proof }));

/** Sends a one-time code. Answers the same whether somebody is known there or not. */
export const requestCode = (to: components["schemas"]["CodeRequest"]): Promise<unknown> =>
  value(client.POST("/api/sign-in/code", { body: to }));

/** Joins, where people may join by themselves. */
export const register = (joining: Joining): Promise<unknown> =>
  value(client.POST("/api/registration", { body: joining }));

/** What an invitation is for; it isn't used up. */
export const lookAtInvitation = (
  token: string,
  signal: AbortSignal,
): Promise<components["schemas"]["InvitationShown"]> =>
  value(client.POST("/api/sign-in/invitation", { body: { token }, signal }));

export const visit = (): Promise<unknown> => value(client.POST("/api/visit"));

/** As somebody who is signed in. */
export const acceptInvitation = (token: string): Promise<unknown> =>
  value(client.POST("/api/me/invitations", { body: { token } }));
