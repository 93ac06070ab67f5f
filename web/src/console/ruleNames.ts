/** What a rule of availability is called: by whom it is for, and where. */
import type { AvailabilityRule, RuleName } from "../api/availability";
import { useAvailabilityWords } from "../i18n/availability";

export const ruleKey = ({ audience, subject, country }: RuleName): string =>
  `${audience} ${subject} ${country}`;

/** Whom it is for, and below it what kind of people those are. */
export function useAudienceName(): (rule: AvailabilityRule) => { name: string; note?: string } {
  const words = useAvailabilityWords();
  return ({ audience, subject, name }) => {
    switch (audience) {
      case "everybody":
      case "visitors":
        return { name: words[audience] };
      case "domain":
        return { name: `@${subject}`, note: words.domain };
      case "team":
        return { name: name || subject, note: words.team };
      case "person":
        return { name: name || words.removedOne, note: words.person };
    }
  };
}
