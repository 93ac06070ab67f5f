/** Says in a chat's header which project it is in, so that nobody writes to a team unawares. */
import { Folder } from "lucide-react";
import { Link } from "../app/Link";
import { projectPath } from "../app/router";
import { useProjectsWords } from "../i18n/projects";
import styles from "./ProjectTag.module.css";
import { useMyProject } from "./queries";

export function ProjectTag({ projectId }: { projectId: string | null }) {
  const words = useProjectsWords();
  const project = useMyProject(projectId);
  if (project === undefined) return null;
  const label = words.inProject(project.name, project.team_name);
  return (
    <Link href={projectPath(project.id)} className={styles.tag} aria-label={label} title={label}>
      <Folder aria-hidden />
      <span>{project.name}</span>
      <small>{project.team_name}</small>
    </Link>
  );
}
