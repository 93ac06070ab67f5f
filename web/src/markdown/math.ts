/**
 * Models write math in three dialects: `\( \)`, `$ $` and `$$ $$`. This turns all of them into the one that the Markdown
 * parser is set to understand, `$$ $$`, and leaves prices, code and everything else alone.
 */

/** Fenced code (closed or still open) and inline code: what stands there is never math. */
const CODE =
  /(?:^|\n)[ \t]*(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?(?:\n[ \t]*\1[`~]*[ \t]*(?=\n|$)|$)|$)|(`+)[^`](?:[\s\S]*?[^`])?\2(?!`)/g;

const BRACKET_DISPLAY = /\\\[([\s\S]+?)\\\]/g;
const BRACKET_INLINE = /\\\(([^\n]+?)\\\)/g;
const ONE_LINE_DISPLAY = /^[ \t]*\$\$([^$\n]+)\$\$[ \t]*$/gm;
/** Pandoc's rule for single dollars: no space just inside, no digit just after. "$5 to $10" is no math by it. */
const DOLLAR_INLINE = /(?<![\\$\w])\$(?![\s$])((?:\\.|[^$\n\\])+?)(?<!\s)\$(?![\w$])/g;

export function normaliseMath(text: string): string {
  if (!/[$\\]/.test(text)) return text;
  let result = "";
  let end = 0;
  for (const code of text.matchAll(CODE)) {
    result += inProse(text.slice(end, code.index)) + code[0];
    end = code.index + code[0].length;
  }
  return result + inProse(text.slice(end));
}

function inProse(text: string): string {
  return text
    .replace(BRACKET_DISPLAY, (_, math: string) => display(math))
    .replace(ONE_LINE_DISPLAY, (_, math: string) => display(math))
    .replace(BRACKET_INLINE, (_, math: string) => inline(math))
    .replace(DOLLAR_INLINE, (_, math: string) => inline(math));
}

const display = (math: string) => `\n\n$$\n${math.trim()}\n$$\n\n`;
const inline = (math: string) => `$$${math.trim()}$$`;
