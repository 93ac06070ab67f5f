/** Ways out of the app: always a new tab, never with a word about where the reader comes from. */
import type { ReactNode } from "react";
import { useWords } from "../preferences/preferences";
import styles from "./Markdown.module.css";

export function OutsideLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  // Footnotes lead to a place in the same answer.
  if (href?.startsWith("#")) return <a href={href}>{children}</a>;
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  );
}

interface ForeignImageProps {
  src: string | Blob | undefined;
  alt: string | undefined;
}

/** A picture's address could tell its host that, and when, the answer was read. So it is offered, not loaded. */
export function ForeignImage({ src, alt }: ForeignImageProps) {
  const words = useWords();
  const address = typeof src === "string" ? src : "";
  const host = hostOf(address);
  if (host === null) return <span>{alt}</span>;
  return (
    <span className={styles.image}>
      <OutsideLink href={address}>{alt || address}</OutsideLink>
      <small>{words.imageFrom(host)}</small>
    </span>
  );
}

function hostOf(address: string): string | null {
  return /^https?:/i.test(address) && URL.canParse(address) ? new URL(address).host : null;
}
