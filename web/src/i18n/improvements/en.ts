/** What the pages on improvements say, in English. */
import type { Widened } from "../catalogue";

export const improvementsEn = {
  lead: "A better model, made of what people say of answers: only of those who consent, and on this machine. The model that answers stays until you say otherwise.",
  back: "All improvements",
  begin: "Begin an improvement",
  beginLead: "It learns from what has been said up to now, and starts from the installed model.",
  beginShort: "Begin",
  recipe: "How to train",
  suggested: (recipe: string) => `${recipe} (suggested)`,
  takesLong:
    "Training takes minutes to hours, and gives way to people who ask. It goes on when the server is started again.",

  // Recipes
  recipeSft: "From written answers",
  recipeSftText: "Supervised training on corrections and trainers' answers. A good beginning.",
  recipeSftDpo: "Written answers, then pairs",
  recipeSftDpoText: "Then it learns which of two answers people prefer. Worth it from some 200 pairs on.",
  recipeDpo: "From pairs alone",
  recipeDpoText: "Which of two answers people prefer, where nobody has written any.",
  recipeKto: "Written answers, then thumbs",
  recipeKtoText: "It needs many thumbs: each says less than a correction.",
  recipeGrpo: "Three steps: answers, reward, reinforcement",
  recipeGrpoText: "The recipe of InstructGPT. Worth it from some 1,000 pairs on; it takes longest.",

  // What there is
  material: "What there is to learn from",
  demonstrations: "Written answers",
  pairs: "One answer over another",
  thumbs: "Thumbs",
  people: "People who said it",
  ofNeeded: (needed: string) => `${needed} at least`,
  thumbsNote: "never enough alone",
  consenting: (count: string) => `${count} consent`,
  stillCounting: "Still counting. There is as much as this at least.",
  enough: "There is enough for an improvement.",
  enoughToTrain: (pairs: string) =>
    `There is enough to train. To show that it is better takes some ${pairs} corrections and picks: with fewer the new model hardly ever passes its examination.`,
  tooLittle:
    "There is too little yet. Wait for more, ask more people to consent, or have trainers write better answers.",

  // All of them
  current: "Under way",
  championStays: "the champion stays",
  all: "Improvements",
  none: "No improvement yet",
  noneText: "The first one appears here as soon as it begins.",
  begun: "Begun",
  methods: "Trained by",
  state: "State",
  outcome: "What came of it",
  nothing: "nothing yet",

  // States
  goesOn: "going on",
  begins: "about to begin",
  unfinished: "stopped",
  failed: "ended early",
  rejected: "not passed",
  proposed: "a candidate",
  rolled_out: "among the people",

  // One of them
  title: (moment: string) => `Improvement of ${moment}`,
  progress: "Its steps",
  snapshot: "Snapshot",
  snapshotText: "What people said becomes labels that nothing changes any more.",
  train: "Training",
  trainText: "From the installed model, in a process of its own.",
  examine: "Examination",
  examineText: "Beside the champion. What has lost something goes no further.",
  propose: "Release",
  proposeText: "It is signed, and becomes a candidate.",
  roll_out: "Among the people",
  roll_outText: "It answers some of them, and their votes decide.",
  stepDone: "done",
  stepGoing: "going on",
  stepFailed: "ended here",
  stepWaiting: "to come",
  stepLeft: "not done",
  stepYours: "waits for your word",
  /** What a training says that it does. */
  phases: {
    trains: "training",
    "asks the base general questions": "asking the installed model general questions",
    "writes the model": "writing the model",
  } as Readonly<Record<string, string>>,
  goesOnFrom: (checkpoint: string) => `going on from ${checkpoint}`,
  counted: (done: string, of: string) => `${done} of ${of}`,
  timeLeft: (time: string) => `about ${time} left`,
  willTake: (time: string) => `takes about ${time} in all`,
  loss: (loss: string) => `loss ${loss}`,
  since: (ago: string) => `begun ${ago}`,
  stop: "Stop",
  stopTitle: "Stop this improvement?",
  stopText: "Nothing is lost: it can go on where it was.",
  goOn: "Go on",
  report: "Report",
  toRelease: "See the release",
  whyEarly: "It ended early.",
  whyRejected: (suites: string) => `It has not passed: ${suites}. The champion stays.`,
  whyRejectedElse: "It has not passed its examination. The champion stays.",
  learnsFrom: "What it learns from",
  labels: (train: string, held: string) => `${train} to train on, ${held} kept for the examination`,
  conversations: "Conversations",
  leftOut: "Left out by curation",
} as const;

export type ImprovementsWords = Widened<typeof improvementsEn>;
