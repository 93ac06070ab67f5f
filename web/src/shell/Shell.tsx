/** The frame of the app: conversations at the side (or in a drawer, on a phone), the open one in the middle. */
import { PanelLeft, SquarePen } from "lucide-react";
import { Dialog } from "radix-ui";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { Nowhere } from "../app/Nowhere";
import { type Route, useRoute } from "../app/router";
import { ChatPage } from "../conversation/ChatPage";
import { useWords } from "../preferences/preferences";
import { readText, writeStored } from "../preferences/storage";
import { focusItself } from "../ui/focusItself";
import { IconButton } from "../ui/IconButton";
import styles from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { keyLabels, useShortcuts } from "./shortcuts";
import { useIsNarrow } from "./useIsNarrow";

// Loads when somebody opens one.
const ProjectPage = lazy(() => import("../projects/ProjectPage"));

export function Shell({ me }: { me: Me }) {
  const words = useWords();
  const route = useRoute();
  const sidebar = useSidebar(route);
  useShortcuts({ search: sidebar.search, toggleSidebar: sidebar.toggle });

  const content = <Sidebar me={me} route={route} onHide={sidebar.toggle} searchRef={sidebar.searchRef} />;
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#message">
        {words.skipToMessage}
      </a>
      {sidebar.narrow ? (
        <Drawer open={sidebar.open} onOpenChange={sidebar.setOpen}>
          {content}
        </Drawer>
      ) : (
        sidebar.open && <div className={styles.side}>{content}</div>
      )}
      <div className={styles.page} data-corner={!sidebar.open || sidebar.narrow || undefined}>
        {(!sidebar.open || sidebar.narrow) && (
          <header className={styles.corner}>
            <IconButton
              label={words.showSidebar}
              shortcut={keyLabels.sidebar}
              icon={<PanelLeft />}
              onClick={sidebar.toggle}
              aria-expanded={sidebar.open}
            />
            <Link href="/" className={styles.new} aria-label={words.newChat}>
              <SquarePen aria-hidden />
            </Link>
          </header>
        )}
        <Page route={route} />
      </div>
    </div>
  );
}

function Page({ route }: { route: Route }) {
  if (route.page === "sign-in") return null;
  if (route.page === "chat")
    return <ChatPage conversationId={route.conversationId} projectId={route.projectId} />;
  if (route.page === "project") {
    return (
      <Suspense fallback={null}>
        <ProjectPage projectId={route.projectId} />
      </Suspense>
    );
  }
  return <Nowhere />;
}

function Drawer(props: { open: boolean; onOpenChange: (open: boolean) => void; children: React.ReactNode }) {
  const words = useWords();
  return (
    <Dialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.veil} />
        <Dialog.Content
          className={styles.drawer}
          aria-describedby={undefined}
          onOpenAutoFocus={focusUnlessWithin}
        >
          <Dialog.Title className="visually-hidden">{words.chats}</Dialog.Title>
          {props.children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** A search that opened the drawer has put the focus into its field already. */
function focusUnlessWithin(event: Event): void {
  if (event.currentTarget instanceof HTMLElement && event.currentTarget.contains(document.activeElement)) {
    event.preventDefault();
  } else {
    focusItself(event);
  }
}

/** Open on a desk unless it was closed there; a drawer on a phone, closed again by every choice in it. */
function useSidebar(route: Route) {
  const narrow = useIsNarrow();
  const [openWide, setOpenWide] = useState(() => readText("sidebar") !== "closed");
  const [openNarrow, setOpenNarrow] = useState(false);
  const [searches, setSearches] = useState(0);
  const open = narrow ? openNarrow : openWide;

  const show = useCallback(
    (next: boolean) => {
      if (narrow) return setOpenNarrow(next);
      setOpenWide(next);
      writeStored("sidebar", next ? null : "closed");
    },
    [narrow],
  );
  const setOpen = useCallback(
    (next: boolean) => {
      setSearches(0);
      show(next);
    },
    [show],
  );
  const toggle = useCallback(() => setOpen(!open), [open, setOpen]);
  const search = useCallback(() => {
    show(true);
    setSearches((count) => count + 1);
  }, [show]);
  /** A new function for each wish to search, so that the field, old or just mounted, takes the focus once for each. */
  const searchRef = useCallback(
    (input: HTMLInputElement | null) => {
      if (searches > 0) input?.focus();
    },
    [searches],
  );

  const place = route.page === "chat" ? route.conversationId : route.page;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes whenever the reader has gone somewhere
  useEffect(() => setOpenNarrow(false), [place]);

  return { narrow, open, setOpen, toggle, search, searchRef };
}
