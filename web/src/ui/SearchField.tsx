import { Search, X } from "lucide-react";
import { useWords } from "../preferences/preferences";
import { IconButton } from "./IconButton";
import styles from "./SearchField.module.css";

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const words = useWords();
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not yet known to every screen reader
    <div role="search" className={`${styles.field} ${styles.framed}`}>
      <Search aria-hidden />
      <input
        type="text"
        inputMode="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        placeholder={label}
        aria-label={label}
        autoComplete="off"
        spellCheck={false}
      />
      {value !== "" && <IconButton label={words.clearSearch} icon={<X />} onClick={() => onChange("")} />}
    </div>
  );
}
