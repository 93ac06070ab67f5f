import type { EconomicsWords } from "./en";

export const economicsZh: EconomicsWords = {
  title: "回答的成本",
  lead: "机器为回答工作的时间。多个回答同时进行时，每一秒只计一次；空闲时间不计在内。",
  atHour: (price) => `按每小时 ${price} 计`,
  noHour:
    "尚未设置机器每小时的成本。请设置 `billing.machine_cost_per_hour` 并重启服务器；在此之前，这里只显示机器时间。",
  nothingMeasured: "这段时间里作答的引擎不计量机器时间（外部引擎 `upstream` 均如此），因此无法得知成本。",

  machineTime: "机器时间",
  machineCost: "机器成本",
  thousandCost: "每千次提问成本",
  thousandTime: "每千次提问用时",
  left: "结余",
  leftIs: (amount) => `结余：${amount}`,
  leftOf: (share) => `占收入的 ${share}`,
  measured: (measured, all) => `已计量 ${measured} 次，共 ${all} 次提问`,
  notMeasured: "未计量",
  notKnown: "未知",

  plansTitle: "各套餐的收入与机器成本",
  plansTimeTitle: "各套餐的机器时间",
  releasesTitle: "每千次提问的成本（按模型与入口）",
  releasesTimeTitle: "每千次提问的用时（按模型与入口）",
  income: "收入",
  plan: "套餐",
  model: "模型",
};
