/** A project: its chats, and the ways to a new one, to its keys and its members. */
import { Folder, KeyRound, MessagesSquare, SquarePen } from "lucide-react";
import { useState } from "react";
import type { MyProject, ProjectConversationPage } from "../api/projects";
import type { ConversationSummary } from "../api/types";
import { Plain } from "../app/Interim";
import { Link } from "../app/Link";
import { NewChatLink } from "../app/NewChatLink";
import { accountPath, newInProjectPath } from "../app/router";
import { useMe } from "../conversation/queries";
import { useFormat } from "../i18n/format";
import { useProjectsWords } from "../i18n/projects";
import { Blank, LoadFailed } from "../layout/Loaded";
import { Empty, Page, Toolbar } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { useWords } from "../preferences/preferences";
import { ConversationItem } from "../shell/ConversationItem";
import { useSettled } from "../shell/useSettled";
import button from "../ui/Button.module.css";
import { SearchField } from "../ui/SearchField";
import styles from "./ProjectPage.module.css";
import { useMyProjects, useProjectConversations } from "./queries";

export default function ProjectPage({ projectId }: { projectId: string }) {
  const words = useProjectsWords();
  const me = useMe();
  const projects = useMyProjects();
  const project = projects.data?.find(({ id }) => id === projectId);
  const isNowhere = projects.isSuccess || me.data?.teams.length === 0;
  if (project === undefined && isNowhere) {
    return (
      <Plain title={words.goneTitle} text={words.goneText}>
        <NewChatLink />
      </Plain>
    );
  }
  return (
    <main className={styles.page}>
      <div className={styles.column}>
        {project !== undefined ? (
          <Chats key={project.id} project={project} />
        ) : projects.isError ? (
          <LoadFailed error={projects.error} retry={() => void projects.refetch()} />
        ) : (
          <Blank />
        )}
      </div>
    </main>
  );
}

function Chats({ project }: { project: MyProject }) {
  const words = useProjectsWords();
  const [search, setSearch] = useState("");
  const query = useSettled(search.trim(), 180);
  const chats = useProjectConversations(project.id, query);
  const isBare = query === "" && chats.data?.pages[0]?.conversations.length === 0;
  return (
    <Page
      title={project.name}
      lead={
        <>
          <Folder aria-hidden className={styles.folder} />
          {words.lead(project.team_name)}
        </>
      }
      actions={
        <>
          <Link href={accountPath("teams", project.team_id)} className={`${button.button} ${button.outline}`}>
            <KeyRound aria-hidden />
            {words.keys}
          </Link>
          {!isBare && <NewChat project={project} />}
        </>
      }
    >
      {!isBare && (
        <Toolbar>
          <SearchField label={words.search} value={search} onChange={setSearch} />
        </Toolbar>
      )}
      <Paged<ProjectConversationPage, ConversationSummary>
        query={chats}
        rowsOf={(page) => page.conversations}
        empty={
          query === "" ? (
            <Empty icon={MessagesSquare} title={words.empty} text={words.emptyText}>
              <NewChat project={project} />
            </Empty>
          ) : (
            <p role="status" className={styles.quiet}>
              {words.nothingFound(query)}
            </p>
          )
        }
      >
        {(rows) => <Rows rows={rows} pages={chats.data?.pages ?? []} />}
      </Paged>
    </Page>
  );
}

function NewChat({ project }: { project: MyProject }) {
  const app = useWords();
  return (
    <Link href={newInProjectPath(project.id)} className={`${button.button} ${button.solid}`}>
      <SquarePen aria-hidden />
      {app.newChat}
    </Link>
  );
}

function Rows({ rows, pages }: { rows: ConversationSummary[]; pages: readonly ProjectConversationPage[] }) {
  const words = useProjectsWords();
  const format = useFormat();
  const me = useMe().data;
  const names = Object.assign({}, ...pages.map(({ people }) => people)) as Record<string, string>;
  const starter = (id: string) => (id === me?.id ? words.you : names[id] || words.somebodyGone);
  return (
    <ul className={styles.rows}>
      {rows.map((chat) => (
        <ConversationItem
          key={chat.id}
          conversation={chat}
          isOpen={false}
          note={`${starter(chat.owner_id)} · ${format.ago(chat.updated_at)}`}
        />
      ))}
    </ul>
  );
}
