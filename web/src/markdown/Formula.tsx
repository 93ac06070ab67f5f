import katex from "katex";
import "katex/dist/katex.min.css";

interface FormulaProps {
  math: string;
  display: boolean;
}

/** One formula, as KaTeX sets it. A formula that is broken, or still being written, is shown as its source. */
export default function Formula({ math, display }: FormulaProps) {
  const html = typeset(math, display);
  if (html === null) return <code>{math}</code>;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: KaTeX escapes its input; commands that could carry HTML are off
  return <span dangerouslySetInnerHTML={{ __html: html }} />;
}

function typeset(math: string, displayMode: boolean): string | null {
  try {
    return katex.renderToString(math, {
      displayMode,
      throwOnError: true,
      strict: "ignore",
      trust: false,
      maxExpand: 500,
    });
  } catch (thrown) {
    if (thrown instanceof katex.ParseError || thrown instanceof RangeError) return null;
    throw thrown;
  }
}
