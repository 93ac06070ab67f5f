import { ChevronLeft, ChevronRight } from "lucide-react";
import { IconButton } from "../ui/IconButton";
import styles from "./BranchSwitch.module.css";
import type { Choice } from "./tree";

interface BranchSwitchProps {
  choice: Choice;
  label: (n: number, of: number) => string;
  previousLabel: string;
  nextLabel: string;
  onSelect: (turnId: string) => void;
}

/** `< 2/3 >`, where there is more than one. */
export function BranchSwitch({ choice, label, previousLabel, nextLabel, onSelect }: BranchSwitchProps) {
  const { options, index } = choice;
  if (options.length < 2) return null;
  const previous = options[index - 1];
  const next = options[index + 1];
  return (
    // biome-ignore lint/a11y/useSemanticElements: these three are no form
    <div className={styles.switch} role="group" aria-label={label(index + 1, options.length)}>
      <IconButton
        label={previousLabel}
        icon={<ChevronLeft />}
        disabled={previous === undefined}
        onClick={() => previous && onSelect(previous.id)}
      />
      <span className={styles.count} aria-hidden>
        {index + 1}/{options.length}
      </span>
      <IconButton
        label={nextLabel}
        icon={<ChevronRight />}
        disabled={next === undefined}
        onClick={() => next && onSelect(next.id)}
      />
    </div>
  );
}
