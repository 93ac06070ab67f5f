/** 关于从用户反馈中学习的用语，简体中文。 */
import type { LearningWords } from "./en";

export const learningZh: LearningWords = {
  lead: "Homespun 可以从您对回答的评价中学习。只有您同意时才会，您也可以随时撤回。",
  consent: "允许从我对回答的评价中学习",
  onSince: (moment) => `自 ${moment} 起开启`,
  off: "已关闭：不会使用您的任何内容。",
  whatTitle: "您同意的内容",
  used: "使用哪些内容",
  usedText:
    "您对回答作过评价的对话：问题、此前的对话内容、回答，以及您的赞或踩、您的评语、您改写的回答或您的选择。同意之前的评价也会计入。",
  purpose: "用于什么",
  purposeText:
    "训练和评测本系统自己的模型。新模型在为任何人作答之前，会把您问过的一些问题再答一遍，也包括您的其他对话；没有人看到，它说的内容也不保留。",
  readers: "谁会看到",
  readersText: "您所在团队的训练员和本系统的管理者会看到没有得到好回答的问题，但看不到您的名字。",
  unused: "不使用哪些内容",
  unusedText: "您删除的对话；训练时也不使用您没有评价过任何回答的对话。关闭之后，不再读取您的任何内容。",
  compared: "两个回答",
  comparedText: "有时您会得到两个并排的回答，由您挑选更好的一个。您最多只为其中一个付费。",
  decisions: "您的决定记录",
  turnedOn: "开启",
  turnedOff: "关闭",

  trainsOnlyWith: "您的评价会与回答一起保存。只有您同意，模型才会从中学习：",
  decide: "前往“学习”设置",

  which: "哪个回答更好？",
  pickOne: "对话将以您选中的回答继续。",
  pickByKey: "也可以按 1 或 2 键选择。",
  stillWriting: "两个回答正在生成，完成后即可选择。",
  answerNumber: (number) => `回答 ${number}`,
  better: (number) => `回答 ${number} 更好`,
  bothBad: "两个都不好",
  skip: "不作选择",

  trainerLead:
    "这里是没有得到好回答的问题，提问者已同意用于学习。请写下您会如何回答：没有什么比这更能教会模型。",
  nothingWanting: "这里还没有内容",
  nothingWantingText: "已同意学习的用户都没有对回答表示不满。",
  modelSaid: "模型的回答",
  nothingSaid: "没有内容。",
  theySaid: (words) => `提问者说：“${words}”`,
  thumbDown: "踩",
  brokeOff: "中断",
  before: "此前的对话",
  yourAnswer: "您的回答",
  yourAnswerHint: "按模型应有的说法来写。提问者看不到。",
  saveBetter: "保存",
};
