import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";

interface PlanWindow {
  period: "day" | "week" | "month";
  prompts?: number | null;
  tokens?: number | null;
  micros?: number | null;
}

/** What a plan's window allows, as a line: "50 prompts and 100,000 tokens a day". */
export function useWindowText(currency: string): (window: PlanWindow) => string {
  const words = usePurseWords();
  const format = useFormat();
  return ({ period, prompts, tokens, micros }) => {
    const limits = [
      prompts != null && words.somePrompts(format.count(prompts)),
      tokens != null && words.someTokens(format.count(tokens)),
      micros != null && words.someWorth(format.money({ micros, currency })),
    ].filter((limit) => limit !== false);
    const each = { day: words.eachDay, week: words.eachWeek, month: words.eachMonth }[period];
    return each(format.list(limits));
  };
}
