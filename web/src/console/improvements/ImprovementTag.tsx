import type { Improvement } from "../../api/improvements";
import { useImprovementsWords } from "../../i18n/improvements";
import { Tag } from "../../ui/Tag";

const TONES = {
  unfinished: "weld",
  failed: "madder",
  rejected: "madder",
  proposed: "dye",
  rolled_out: "moss",
} as const;

export function ImprovementTag({ improvement }: { improvement: Improvement }) {
  const words = useImprovementsWords();
  const { state, standing, goes_on } = improvement;
  if (goes_on) return <Tag tone="dye">{standing === null ? words.begins : words.goesOn}</Tag>;
  return <Tag tone={TONES[state]}>{words[state]}</Tag>;
}
