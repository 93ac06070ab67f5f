/** Cuts Markdown into its top-level blocks, so that a growing answer renders only its last block again. */
import { Lexer } from "marked";

/** A link or footnote defined in one block may be used in another, so such a text stays in one piece. */
const DEFINITION = /^ {0,3}\[\^?[^\]\n]+\]:/m;

export function splitBlocks(text: string): string[] {
  if (DEFINITION.test(text)) return [text];
  const blocks: string[] = [];
  let openMath = false;
  // Block tokens alone: what stands inside a paragraph is left to the real parser.
  for (const { raw } of new Lexer().blockTokens(text.replaceAll(/\r\n?/g, "\n"))) {
    // marked knows no math: a formula with an empty line in it comes in several pieces.
    if (openMath) blocks[blocks.length - 1] += raw;
    else blocks.push(raw);
    if (!/^ *(`{3,}|~{3,})/.test(raw) && countFences(raw) % 2 === 1) openMath = !openMath;
  }
  return blocks.filter((block) => block.trim() !== "");
}

function countFences(raw: string): number {
  return raw.match(/^[ \t]*\$\$[ \t]*$/gm)?.length ?? 0;
}
