/** What is said of learning from people, in English. */
import type { Widened } from "../catalogue";

export const learningEn = {
  // The account's page
  lead: "Homespun can learn from what you say of its answers. Only if you agree, and only as long as you do.",
  consent: "Learn from what I say of answers",
  onSince: (moment: string) => `On since ${moment}`,
  off: "Off: nothing of yours is used.",
  whatTitle: "What you agree to",
  used: "What is used",
  usedText:
    "Chats in which you said something of an answer: the question, what was said before it, the answer, and your thumb, your words, your better version, or your pick. What you said before you agreed counts, too.",
  purpose: "What for",
  purposeText:
    "To train and examine this installation's own models. Before a new one answers anybody, it answers some of your questions again, those of your other chats too; nobody sees that, and nothing that it says is kept.",
  readers: "Who reads it",
  readersText:
    "Your teams' trainers, and those who look after the installation, see questions that got no good answer, without your name.",
  unused: "What is not used",
  unusedText:
    "Chats that you delete, and for training those in which you said nothing of an answer. After you turn it off, nothing of yours is read any more.",
  compared: "Two answers",
  comparedText:
    "Now and then you get two answers side by side, and pick the better one. You pay for one of them at most.",
  decisions: "When you decided",
  turnedOn: "Turned on",
  turnedOff: "Turned off",

  // Below a thumb
  trainsOnlyWith: "It is kept with the answer. The model learns from it only if you agree:",
  decide: "decide under Learning",

  // Two answers
  which: "Which answer is better?",
  pickOne: "The chat goes on with the one you pick.",
  pickByKey: "Press 1 or 2 to pick by key.",
  stillWriting: "Both are being written. Pick one when they are complete.",
  answerNumber: (number: string) => `Answer ${number}`,
  better: (number: string) => `Answer ${number} is better`,
  bothBad: "Both are bad",
  skip: "I'd rather not say",

  // Trainers
  trainerLead:
    "Questions that got no good answer, of people who agreed to learning. Write how you would have answered: nothing teaches a model more.",
  nothingWanting: "Nothing here",
  nothingWantingText: "Nobody who agreed to learning has found an answer wanting.",
  modelSaid: "The model said",
  nothingSaid: "Nothing.",
  theySaid: (words: string) => `Who asked said: “${words}”`,
  thumbDown: "Thumb down",
  brokeOff: "Broke off",
  before: "What was said before",
  yourAnswer: "Your answer",
  yourAnswerHint: "As the model should say it. Who asked doesn't see it.",
  saveBetter: "Save",
} as const;

export type LearningWords = Widened<typeof learningEn>;
