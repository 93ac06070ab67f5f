/** The projects of one's teams in the sidebar, with the newest chats of each. */
import { ChevronRight, Folder, FolderOpen, SquarePen } from "lucide-react";
import type { MyProject } from "../api/projects";
import { Link } from "../app/Link";
import { newInProjectPath, projectPath, type Route } from "../app/router";
import { useConversation } from "../conversation/queries";
import { useProjectsWords } from "../i18n/projects";
import { useWords } from "../preferences/preferences";
import { ConversationItem } from "../shell/ConversationItem";
import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import { byTeam, type TeamProjects } from "./byTeam";
import { useFolds } from "./folds";
import styles from "./ProjectsNav.module.css";
import { useMyProjects, useProjectConversations } from "./queries";

const SHOWN_CHATS = 6;

export function ProjectsNav({ route }: { route: Route }) {
  const app = useWords();
  const words = useProjectsWords();
  const projects = useMyProjects();
  const openChatId = route.page === "chat" ? route.conversationId : null;
  const openProjectId = useOpenProject(route, openChatId);
  const { folds, fold } = useFolds();
  if (projects.data === undefined && !projects.isError) return null;
  if (projects.data === undefined) {
    return (
      <div className={styles.failed}>
        <Note
          tone="calm"
          remedy={
            <Button size="small" onClick={() => void projects.refetch()}>
              {app.retry}
            </Button>
          }
        >
          {words.failed}
        </Note>
      </div>
    );
  }
  if (projects.data.length === 0) return null;
  return (
    <section aria-label={words.projects} className={styles.projects}>
      {byTeam(projects.data).map((team) => (
        <Team
          key={team.teamId}
          team={team}
          isOpen={folds[team.teamId] ?? true}
          onFold={(isOpen) => fold(team.teamId, isOpen)}
        >
          {team.projects.map((project) => (
            <Project
              key={project.id}
              project={project}
              isPage={route.page === "project" && route.projectId === project.id}
              isOpen={folds[project.id] ?? project.id === openProjectId}
              onFold={(isOpen) => fold(project.id, isOpen)}
              openChatId={openChatId}
            />
          ))}
        </Team>
      ))}
    </section>
  );
}

interface FoldProps {
  isOpen: boolean;
  onFold: (isOpen: boolean) => void;
}

function Team({
  team,
  isOpen,
  onFold,
  children,
}: FoldProps & { team: TeamProjects; children: React.ReactNode }) {
  return (
    <section aria-label={team.teamName}>
      <h2 className={styles.team}>
        <button type="button" aria-expanded={isOpen} onClick={() => onFold(!isOpen)}>
          <span>{team.teamName}</span>
          <ChevronRight aria-hidden />
        </button>
      </h2>
      {isOpen && <ul>{children}</ul>}
    </section>
  );
}

interface ProjectProps extends FoldProps {
  project: MyProject;
  isPage: boolean;
  openChatId: string | null;
}

function Project({ project, isPage, isOpen, onFold, openChatId }: ProjectProps) {
  const words = useProjectsWords();
  const Icon = isOpen ? FolderOpen : Folder;
  return (
    <li>
      <div className={styles.project} data-open={isPage || undefined}>
        <button
          type="button"
          className={styles.fold}
          aria-expanded={isOpen}
          aria-label={isOpen ? words.closeChats(project.name) : words.openChats(project.name)}
          onClick={() => onFold(!isOpen)}
        >
          <Icon aria-hidden />
        </button>
        <Link
          href={projectPath(project.id)}
          className={styles.name}
          aria-current={isPage ? "page" : undefined}
          title={project.name}
        >
          {project.name}
        </Link>
        <Link
          href={newInProjectPath(project.id)}
          className={styles.new}
          aria-label={words.newChatIn(project.name)}
          title={words.newChatIn(project.name)}
        >
          <SquarePen aria-hidden />
        </Link>
      </div>
      {isOpen && <Chats project={project} openChatId={openChatId} />}
    </li>
  );
}

function Chats({ project, openChatId }: { project: MyProject; openChatId: string | null }) {
  const app = useWords();
  const words = useProjectsWords();
  const list = useProjectConversations(project.id);
  const chats = list.data?.pages.flatMap((page) => page.conversations) ?? [];
  if (list.isPending) return <p className={styles.quiet}>{app.loading}</p>;
  if (list.data === undefined) {
    return (
      <p className={styles.quiet}>
        {app.chatsFailed}{" "}
        <Button look="quiet" size="small" onClick={() => void list.refetch()}>
          {app.retry}
        </Button>
      </p>
    );
  }
  if (chats.length === 0) return <p className={styles.quiet}>{words.noChatsYet}</p>;
  return (
    <ul className={styles.chats}>
      {chats.slice(0, SHOWN_CHATS).map((chat) => (
        <ConversationItem key={chat.id} conversation={chat} isOpen={chat.id === openChatId} />
      ))}
      {chats.length > SHOWN_CHATS && (
        <li>
          <Link href={projectPath(project.id)} className={styles.all}>
            {words.allChats}
          </Link>
        </li>
      )}
    </ul>
  );
}

/** The project that is looked at: its page, a new chat in it, or one of its chats. */
function useOpenProject(route: Route, openChatId: string | null): string | null {
  const chat = useConversation(openChatId);
  if (route.page === "project") return route.projectId;
  if (route.page !== "chat") return null;
  return route.projectId ?? (openChatId === null ? null : (chat.data?.project_id ?? null));
}
