import { memo, useEffect, useMemo, useState } from "react";
import { useWords } from "../preferences/preferences";
import { CopyButton } from "../ui/CopyButton";
import styles from "./CodeBlock.module.css";
import type { CodeLine, CodePainter } from "./highlight";

interface CodeBlockProps {
  code: string;
  language: string;
}

export function CodeBlock({ code, language }: CodeBlockProps) {
  const words = useWords();
  const lines = usePainted(code, language);
  return (
    <figure className={styles.block}>
      <figcaption className={styles.bar}>
        <span className={styles.language}>{language || words.plainText}</span>
        <CopyButton text={code} label={words.copyCode} withText />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide code is scrolled by keyboard too */}
      <pre className={styles.code} tabIndex={0}>
        <code>{lines === null ? code : lines.map((line, i) => <Line key={lineKey(i)} line={line} />)}</code>
      </pre>
    </figure>
  );
}

const lineKey = (index: number) => `line ${index}`;

const Line = memo(function Line({ line }: { line: CodeLine }) {
  return (
    <span>
      {line.map((token) => (
        <span key={token.offset} style={{ color: token.color }}>
          {token.content}
        </span>
      ))}
      {"\n"}
    </span>
  );
});

/** The code in colours; null until the painter for its language is there, or for good when there is none. */
function usePainted(code: string, language: string): CodeLine[] | null {
  const [painter, setPainter] = useState<CodePainter | null>(null);

  useEffect(() => {
    if (language === "") return;
    let stale = false;
    import("./highlight")
      .then((highlight) => highlight.painterFor(language))
      .then((loaded) => stale || setPainter(loaded))
      // Without its grammar (the network is gone), code is still code, only uncoloured.
      .catch(() => undefined);
    return () => {
      stale = true;
    };
  }, [language]);

  return useMemo(() => painter?.paint(code) ?? null, [painter, code]);
}
