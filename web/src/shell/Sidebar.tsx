import { PanelLeft, Search, SquarePen, X } from "lucide-react";
import { type Ref, useDeferredValue, useState } from "react";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import type { Route } from "../app/router";
import { Mark } from "../brand/Mark";
import { useWords } from "../preferences/preferences";
import { ProjectsNav } from "../projects/ProjectsNav";
import { IconButton } from "../ui/IconButton";
import field from "../ui/SearchField.module.css";
import { AccountMenu } from "./AccountMenu";
import { ConversationList } from "./ConversationList";
import selvedge from "./Selvedge.module.css";
import styles from "./Sidebar.module.css";
import { keyLabels } from "./shortcuts";
import { useSettled } from "./useSettled";

interface SidebarProps {
  me: Me;
  route: Route;
  onHide: () => void;
  searchRef: Ref<HTMLInputElement>;
}

export function Sidebar({ me, route, onHide, searchRef }: SidebarProps) {
  const words = useWords();
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(useSettled(query.trim(), 180));
  const openId = route.page === "chat" ? route.conversationId : null;

  return (
    <aside className={`${selvedge.selvedge} ${styles.sidebar}`} aria-label={words.sidebar}>
      <header className={styles.head}>
        <Link href="/" className={selvedge.brand}>
          <Mark size={22} />
          {words.appName}
        </Link>
        <IconButton
          label={words.hideSidebar}
          shortcut={keyLabels.sidebar}
          icon={<PanelLeft />}
          onClick={onHide}
        />
      </header>
      <div className={styles.actions}>
        <Link href="/" className={styles.new} title={keyLabels.newChat}>
          <SquarePen aria-hidden />
          {words.newChat}
        </Link>
        {/* biome-ignore lint/a11y/useSemanticElements: <search> is not yet known to every screen reader */}
        <div role="search" className={`${field.field} ${styles.search}`}>
          <Search aria-hidden />
          <input
            ref={searchRef}
            type="text"
            inputMode="search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape" || query === "") return;
              event.preventDefault();
              event.stopPropagation();
              setQuery("");
            }}
            placeholder={words.search}
            aria-label={words.search}
            autoComplete="off"
            spellCheck={false}
          />
          {query === "" ? (
            <kbd className={styles.hint}>{keyLabels.search}</kbd>
          ) : (
            <IconButton label={words.clearSearch} icon={<X />} onClick={() => setQuery("")} />
          )}
        </div>
      </div>
      <ConversationList
        query={asked}
        openId={openId}
        before={asked === "" && <ProjectsNav route={route} />}
      />
      <footer className={selvedge.foot}>
        <AccountMenu me={me} />
      </footer>
    </aside>
  );
}
