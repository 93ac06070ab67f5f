import type { Release } from "../../api/releases";
import { useReleasesWords } from "../../i18n/releases";
import { Tag } from "../../ui/Tag";

const TONES = {
  candidate: "plain",
  shadow: "weld",
  canary: "weld",
  champion: "moss",
  retired: "plain",
} as const;

export function StateTag({ state }: { state: Release["state"] }) {
  const words = useReleasesWords();
  return <Tag tone={TONES[state]}>{words[state]}</Tag>;
}

/** Where it was trained on words of somebody who was removed since. */
export function MarkedTag({ release }: { release: Release }) {
  const words = useReleasesWords();
  return release.is_marked ? <Tag tone="madder">{words.marked}</Tag> : null;
}

/** Whether its examination lets it answer people. */
export function ExaminedTag({ release }: { release: Release }) {
  const words = useReleasesWords();
  if (release.is_base) return <Tag>{words.notExamined}</Tag>;
  return release.has_passed ? (
    <Tag tone="moss">{words.passed}</Tag>
  ) : (
    <Tag tone="madder">{words.notPassed}</Tag>
  );
}
