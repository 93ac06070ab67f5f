/** The frame of account and console: the sections at the side, one of them open. On a phone the one or the other. */
import { ArrowLeft, ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { accountPath, consolePath, type Route } from "../app/router";
import { Mark } from "../brand/Mark";
import { usePagesWords } from "../i18n/pages";
import { useWords } from "../preferences/preferences";
import { AccountMenu } from "../shell/AccountMenu";
import selvedge from "../shell/Selvedge.module.css";
import { useIsNarrow } from "../shell/useIsNarrow";
import styles from "./PagesFrame.module.css";
import { type SectionGroup, sectionGroups } from "./sections";

interface PagesFrameProps {
  me: Me;
  route: Route & { page: "account" | "console" };
  children: ReactNode;
}

export function PagesFrame({ me, route, children }: PagesFrameProps) {
  const words = usePagesWords();
  const narrow = useIsNarrow();
  const showsList = !narrow || route.section === null;
  const showsPage = !narrow || route.section !== null;
  const page = usePageFromItsTop(route);
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page">
        {words.skipToPage}
      </a>
      {showsList && <Sections me={me} route={route} />}
      {showsPage && (
        <main ref={page} id="page" tabIndex={-1} className={styles.page}>
          {narrow && (
            <Link href={route.page === "account" ? accountPath() : consolePath()} className={styles.back}>
              <ArrowLeft aria-hidden />
              {route.page === "account" ? words.yourAccount : words.console}
            </Link>
          )}
          <div className={styles.column}>{children}</div>
        </main>
      )}
    </div>
  );
}

function Sections({ me, route }: Omit<PagesFrameProps, "children">) {
  const app = useWords();
  const words = usePagesWords();
  return (
    <div className={`${selvedge.selvedge} ${styles.side}`}>
      <header className={styles.head}>
        <Link href="/" className={selvedge.brand}>
          <Mark size={22} />
          {app.appName}
        </Link>
      </header>
      <nav className={styles.nav} aria-label={words.pages}>
        <Link href="/" className={styles.chats}>
          <ArrowLeft aria-hidden />
          {words.backToChats}
        </Link>
        {sectionGroups(words, me).map((group) => (
          <Group key={group.label} group={group} route={route} />
        ))}
      </nav>
      <footer className={selvedge.foot}>
        <AccountMenu me={me} />
      </footer>
    </div>
  );
}

function Group({ group, route }: { group: SectionGroup; route: PagesFrameProps["route"] }) {
  const narrow = useIsNarrow();
  // Beside the list its first page is open already.
  const open = route.section ?? (narrow ? null : group.items[0]?.section);
  return (
    <section aria-label={group.label}>
      <h2 className={styles.group}>{group.label}</h2>
      <ul>
        {group.items.map(({ section, path, label, icon: Icon }) => {
          const isOpen = group.page === route.page && section === open;
          return (
            <li key={path}>
              <Link href={path} className={styles.item} aria-current={isOpen ? "page" : undefined}>
                <Icon aria-hidden />
                {label}
                <ChevronRight aria-hidden className={styles.chevron} />
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A page that is opened is read from its beginning. */
function usePageFromItsTop(route: PagesFrameProps["route"]) {
  const page = useRef<HTMLElement>(null);
  const place = `${route.page} ${route.section} ${route.id}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another page is opened
  useEffect(() => {
    // Newer browsers answer with a promise, which React would take for a clean-up.
    page.current?.scrollTo(0, 0);
  }, [place]);
  return page;
}
