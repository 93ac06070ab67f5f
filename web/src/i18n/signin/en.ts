/** What the page for signing in says, in English. */
import type { Widened } from "../catalogue";

export const signInEn = {
  title: "An assistant of your own",
  leadClosed: "Homespun runs on your own machine, for you and for those you let in.",
  leadOpen: "Sign in to ask it anything. What you ask stays here.",
  signingIn: "Signing you in…",
  failed: "That link did not work",
  failedWhy: "It may have been used already, or be older than a day. A new one takes a second to make.",

  // Password and code
  login: "E-mail or phone",
  loginEmail: "E-mail",
  loginPhone: "Phone",
  phoneHint: "A phone number with its country: +86 138 0013 8000.",
  password: "Password",
  signIn: "Sign in",
  useCode: "Send me a code instead",
  usePassword: "Use a password instead",
  sendCode: "Send a code",
  codeSent: (to: string) => `If ${to} is known here, a code is on its way. It is good for 10 minutes.`,
  codeSentOrJoin: (to: string) => `A code is on its way to ${to}. It is good for 10 minutes.`,
  code: "Code",
  otherAddress: "Another address",
  again: "Send another",
  sentAgain: "Another code is on its way.",
  yourName: "Your name",
  yourNameHint: "How others here will see you. Leave it empty if you were here before.",
  joinHint: "New here? The code makes you an account.",
  joinListedHint: "New here? With an address of your organisation, the code makes you an account.",
  joinInvitationHint: "New here? You need an invitation: ask somebody who is here already.",

  // Visitors
  or: "or",
  visit: "Try it as a visitor",
  visitHint: "Without an account. When you sign in later, your conversations come with you.",
  backToVisit: "Back to the conversation",

  // The owner's link
  ownerTitle: "Do you look after this installation?",
  ownerHow: "To get a sign-in link, run this where Homespun is installed:",
  ownerThen: "Then open the address that it prints, in this browser. The link works once, within 24 hours.",
  copy: "Copy",

  // Invitations
  invitedTitle: "You are invited",
  invitedLead: "Say what you want to be called, and you are in.",
  accept: "Accept the invitation",
  acceptAs: (name: string) => `Accept as ${name}`,
  notNow: "Not now",
  otherWays: "Other ways in",
  invitationGone: "This invitation does not work",

  // With an account elsewhere
  signInWith: (provider: string) => `Sign in with ${provider}`,
  notSignedIn: "You are not signed in",
  provider: {
    sign_in_stale: "This sign-in was begun in another browser, took too long, or is over. Begin it again.",
    provider_refused: "The sign-in provider has not let you in. Try again, or sign in another way.",
    provider_untrusted:
      "The sign-in provider's answer could not be trusted. Tell whoever looks after this installation.",
    provider_unavailable: "The sign-in provider does not answer. Try again shortly, or sign in another way.",
    email_unverified:
      "The sign-in provider has not confirmed your e-mail address. Confirm it there, then try again.",
    registration_closed: "Nobody is known here by that account. Ask the owner for an invitation.",
    banned: "You have been banned from this installation. Ask its owner if you think that is a mistake.",
    not_available_here: "This is not available where you are. Ask the owner if you think that is a mistake.",
    waiting_list: "You are on the waiting list. Try again once you have been let in.",
    too_many_attempts: "Too many attempts. Wait a quarter of an hour, or sign in another way.",
  },
  otherProblem: "Something went wrong. Try again, or sign in another way.",
} as const;

export type SignInWords = Widened<typeof signInEn>;
