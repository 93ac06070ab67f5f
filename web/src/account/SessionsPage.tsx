import { LogOut, Monitor, Smartphone } from "lucide-react";
import { useState } from "react";
import type { Session } from "../api/account";
import { useAccountWords } from "../i18n/account";
import type { AccountWords } from "../i18n/account/en";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Page } from "../layout/Page";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Tag } from "../ui/Tag";
import { deviceOf } from "./device";
import { useEndOtherSessions, useEndSession, useSessions } from "./queries";
import styles from "./SessionsPage.module.css";

export function SessionsPage() {
  const words = useAccountWords();
  const pages = usePagesWords();
  const sessions = useSessions();
  const endOthers = useEndOtherSessions();
  const [asks, setAsks] = useState(false);
  const others = sessions.data?.some((session) => !session.is_current) ?? false;

  return (
    <Page
      title={pages.sessions}
      lead={words.sessionsLead}
      actions={
        others && (
          <Button onClick={() => setAsks(true)} disabled={endOthers.isPending}>
            <LogOut aria-hidden />
            {words.endOthers}
          </Button>
        )
      }
    >
      <Loaded query={sessions}>
        {(loaded) => (
          <>
            <ul className={styles.sessions}>
              {loaded.map((session) => (
                <SessionItem key={session.id} session={session} />
              ))}
            </ul>
            {!others && <p className={styles.only}>{words.onlyThis}</p>}
          </>
        )}
      </Loaded>
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title={words.endOthersTitle}
        text={words.endOthersText}
        confirm={words.endOthers}
        onConfirm={() => endOthers.mutate()}
      />
    </Page>
  );
}

function SessionItem({ session }: { session: Session }) {
  const words = useAccountWords();
  const format = useFormat();
  const end = useEndSession();
  const device = deviceOf(session.user_agent);
  const Icon = device.isPhone ? Smartphone : Monitor;
  const name = deviceName(session.user_agent, words);
  return (
    <li className={styles.session}>
      <Icon aria-hidden className={styles.icon} />
      <div className={styles.what}>
        <p className={styles.name}>
          {name} {session.is_current && <Tag tone="dye">{words.thisBrowser}</Tag>}
        </p>
        <p className={styles.where}>
          {[
            session.address,
            words.lastSeen(format.ago(session.last_seen_at)),
            words.since(format.date(session.created_at)),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {!session.is_current && (
        <Button
          size="small"
          disabled={end.isPending}
          onClick={() => end.mutate(session.id)}
          aria-label={`${words.endSession}: ${name}`}
        >
          {words.endSession}
        </Button>
      )}
    </li>
  );
}

function deviceName(userAgent: string, words: AccountWords): string {
  const { browser, system } = deviceOf(userAgent);
  if (browser === null) return words.unknownBrowser;
  return system === null ? browser : words.browserOn(browser, system);
}
