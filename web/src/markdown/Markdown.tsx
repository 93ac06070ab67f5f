/**
 * An answer's Markdown, safe to show: no HTML of the model is ever parsed (it appears as text), addresses are limited to
 * harmless protocols, images of other hosts are not loaded. A growing answer renders only its last block again.
 */
import { lazy, memo, Suspense, useMemo } from "react";
import ReactMarkdown, { type Components, type ExtraProps } from "react-markdown";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remend from "remend";
import { useWords } from "../preferences/preferences";
import { splitBlocks } from "./blocks";
import { CodeBlock } from "./CodeBlock";
import { ForeignImage, OutsideLink } from "./links";
import styles from "./Markdown.module.css";
import { normaliseMath } from "./math";

const Formula = lazy(() => import("./Formula"));

interface MarkdownProps {
  text: string;
  /** Whether more is to come: an unfinished `**bold` at the end is then shown as bold, not as asterisks. */
  growing?: boolean;
}

export default function Markdown({ text, growing = false }: MarkdownProps) {
  const blocks = useMemo(() => splitBlocks(normaliseMath(text)), [text]);
  return (
    <div className={styles.markdown}>
      {blocks.map((block, index) => (
        <Block
          key={blockKey(index)}
          text={growing && index === blocks.length - 1 ? completed(block) : block}
        />
      ))}
    </div>
  );
}

// A growing text only ever adds blocks at its end, so a block's place is its identity.
const blockKey = (index: number) => `block ${index}`;

const completed = (block: string) => remend(block, { katex: false, linkMode: "text-only", images: false });

const REMARK_PLUGINS = [
  remarkGfm,
  [remarkMath, { singleDollarTextMath: false }],
] satisfies React.ComponentProps<typeof ReactMarkdown>["remarkPlugins"];

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={REMARK_PLUGINS} components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  );
});

type ElementProps<Tag extends keyof React.JSX.IntrinsicElements> = React.JSX.IntrinsicElements[Tag] &
  ExtraProps;

/** Inline code, or an inline formula; fenced blocks are taken by `Fenced` before they get here. */
function Code({ className, children }: ElementProps<"code">) {
  return className?.includes("math-inline") ? (
    <MathText math={String(children)} display={false} />
  ) : (
    <code>{children}</code>
  );
}

function Fenced({ node, children }: ElementProps<"pre">) {
  const code = node?.children[0];
  if (code?.type !== "element") return <pre>{children}</pre>;
  const text = code.children.map((child) => (child.type === "text" ? child.value : "")).join("");
  const classes = [code.properties["className"] ?? []].flat().map(String);
  if (classes.includes("math-display")) return <MathText math={text} display />;
  const language = classes.find((name) => name.startsWith("language-"))?.slice("language-".length);
  return <CodeBlock code={text.replace(/\n$/, "")} language={language ?? ""} />;
}

function MathText({ math, display }: { math: string; display: boolean }) {
  return (
    <Suspense fallback={<code>{math}</code>}>
      <Formula math={math} display={display} />
    </Suspense>
  );
}

function Table({ children }: ElementProps<"table">) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too
    <div className={styles.tableFrame} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

/** The box of a task in a list; it tells, and can't be ticked. */
function TaskBox({ checked }: ElementProps<"input">) {
  const words = useWords();
  return (
    <input
      type="checkbox"
      checked={checked}
      disabled
      aria-label={checked ? words.taskDone : words.taskOpen}
    />
  );
}

const COMPONENTS: Components = {
  a: ({ href, children }) => <OutsideLink href={href}>{children}</OutsideLink>,
  img: ({ src, alt }) => <ForeignImage src={src} alt={alt} />,
  code: Code,
  input: TaskBox,
  pre: Fenced,
  table: Table,
};
