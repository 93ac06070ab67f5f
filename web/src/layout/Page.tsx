/** What every page of the account and the console is made of: its name, sections, and what stands where nothing is. */
import type { LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useId } from "react";
import { Link } from "../app/Link";
import { useWords } from "../preferences/preferences";
import styles from "./Page.module.css";

interface PageProps {
  title: string;
  lead?: ReactNode;
  /** What can be done here, beside the name. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, lead, actions, children }: PageProps) {
  const { appName } = useWords();
  useEffect(() => {
    document.title = `${title} · ${appName}`;
    return () => {
      document.title = appName;
    };
  }, [title, appName]);
  return (
    <>
      <header className={styles.head}>
        <div>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </>
  );
}

interface SectionProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Section({ title, lead, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.sectionHead}>
        <div>
          <h2 id={id} className={styles.sectionTitle}>
            {title}
          </h2>
          {lead && <p className={styles.sectionLead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}

export function Card({ children }: { children: ReactNode }) {
  return <div className={styles.card}>{children}</div>;
}

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}

export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className={styles.empty} role="status">
      <span className={styles.emptyIcon}>
        <Icon aria-hidden />
      </span>
      <p className={styles.emptyTitle}>{title}</p>
      {text && <p className={styles.emptyText}>{text}</p>}
      {children}
    </div>
  );
}

interface FactProps {
  label: string;
  value: ReactNode;
  /** Less important, below the value. */
  note?: ReactNode;
}

/** Numbers that matter most, side by side. */
export function Facts({ facts }: { facts: readonly FactProps[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
            {note && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A name above a lesser word about it, in a table. */
export function Named({ name, note, isPlain }: { name: ReactNode; note?: ReactNode; isPlain?: boolean }) {
  return (
    <span className={styles.named} data-plain={isPlain || undefined}>
      <span>{name}</span>
      {note && <small>{note}</small>}
    </span>
  );
}

/** Buttons and fields in a row above what they change. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className={styles.toolbar}>{children}</div>;
}

/** A form's fields, one below the other, no wider than can be read. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className={styles.fields}>{children}</div>;
}

/** The way back to the list that a page belongs to. */
export function UpLink({ href, icon, children }: { href: string; icon: ReactNode; children: ReactNode }) {
  return (
    <Link href={href} className={styles.up}>
      {icon}
      {children}
    </Link>
  );
}
