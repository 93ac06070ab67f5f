/**
 * Code in colours. Loaded when the first code block is shown; each language is fetched when it is first used. Grammars
 * run on the browser's own regular expressions, so neither WebAssembly nor `eval` is needed.
 */

import type { GrammarState, LanguageRegistration, ThemedToken } from "@shikijs/core";
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "@shikijs/core";
import { createJavaScriptRegexEngine } from "@shikijs/engine-javascript";

type Grammar = () => Promise<{ default: LanguageRegistration[] }>;

const GRAMMARS: Record<string, Grammar> = {
  bash: () => import("@shikijs/langs/bash"),
  c: () => import("@shikijs/langs/c"),
  cpp: () => import("@shikijs/langs/cpp"),
  csharp: () => import("@shikijs/langs/csharp"),
  css: () => import("@shikijs/langs/css"),
  diff: () => import("@shikijs/langs/diff"),
  docker: () => import("@shikijs/langs/docker"),
  go: () => import("@shikijs/langs/go"),
  haskell: () => import("@shikijs/langs/haskell"),
  html: () => import("@shikijs/langs/html"),
  ini: () => import("@shikijs/langs/ini"),
  java: () => import("@shikijs/langs/java"),
  javascript: () => import("@shikijs/langs/javascript"),
  json: () => import("@shikijs/langs/json"),
  jsx: () => import("@shikijs/langs/jsx"),
  kotlin: () => import("@shikijs/langs/kotlin"),
  latex: () => import("@shikijs/langs/latex"),
  lua: () => import("@shikijs/langs/lua"),
  make: () => import("@shikijs/langs/make"),
  markdown: () => import("@shikijs/langs/markdown"),
  perl: () => import("@shikijs/langs/perl"),
  php: () => import("@shikijs/langs/php"),
  powershell: () => import("@shikijs/langs/powershell"),
  python: () => import("@shikijs/langs/python"),
  r: () => import("@shikijs/langs/r"),
  ruby: () => import("@shikijs/langs/ruby"),
  rust: () => import("@shikijs/langs/rust"),
  sql: () => import("@shikijs/langs/sql"),
  swift: () => import("@shikijs/langs/swift"),
  toml: () => import("@shikijs/langs/toml"),
  tsx: () => import("@shikijs/langs/tsx"),
  typescript: () => import("@shikijs/langs/typescript"),
  xml: () => import("@shikijs/langs/xml"),
  yaml: () => import("@shikijs/langs/yaml"),
};

const ALIASES: Record<string, string> = {
  "c#": "csharp",
  "c++": "cpp",
  console: "bash",
  cs: "csharp",
  dockerfile: "docker",
  js: "javascript",
  jsonc: "json",
  kt: "kotlin",
  makefile: "make",
  md: "markdown",
  ps1: "powershell",
  py: "python",
  python3: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  svg: "xml",
  tex: "latex",
  ts: "typescript",
  yml: "yaml",
  zsh: "bash",
};

export type CodeLine = readonly ThemedToken[];

const THEME = "homespun";
let highlighter: Promise<HighlighterCore> | undefined;

/** A painter for one block of code in this language; null when nobody here knows the language. */
export async function painterFor(language: string): Promise<CodePainter | null> {
  const name = ALIASES[language.toLowerCase()] ?? language.toLowerCase();
  const grammar = Object.hasOwn(GRAMMARS, name) ? GRAMMARS[name] : undefined;
  if (grammar === undefined) return null;
  highlighter ??= createHighlighterCore({
    engine: createJavaScriptRegexEngine({ forgiving: true }),
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: "--code-" })],
    langs: [],
  });
  const core = await highlighter;
  if (!core.getLoadedLanguages().includes(name)) await core.loadLanguage((await grammar()).default);
  return new CodePainter(core, name);
}

/** Paints code that grows at its end: a finished line is painted once, only the last one again and again. */
export class CodePainter {
  private readonly core: HighlighterCore;
  private readonly language: string;
  private finishedText = "";
  private finishedLines: CodeLine[] = [];
  private state: GrammarState | undefined;

  constructor(core: HighlighterCore, language: string) {
    this.core = core;
    this.language = language;
  }

  paint(code: string): CodeLine[] {
    const lineStart = code.lastIndexOf("\n") + 1;
    const finished = code.slice(0, lineStart);
    if (!finished.startsWith(this.finishedText)) this.startOver();
    if (finished.length > this.finishedText.length) this.finish(finished);
    const last = this.tokens(code.slice(lineStart)).tokens[0] ?? [];
    return [...this.finishedLines, last];
  }

  private finish(finished: string): void {
    const { tokens, grammarState } = this.tokens(finished.slice(this.finishedText.length, -1));
    this.finishedLines = [...this.finishedLines, ...tokens];
    this.state = grammarState;
    this.finishedText = finished;
  }

  private startOver(): void {
    this.finishedText = "";
    this.finishedLines = [];
    this.state = undefined;
  }

  private tokens(code: string) {
    const continued = this.state === undefined ? {} : { grammarState: this.state };
    return this.core.codeToTokens(code, { lang: this.language, theme: THEME, ...continued });
  }
}
