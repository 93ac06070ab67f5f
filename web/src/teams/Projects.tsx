import { useMutation } from "@tanstack/react-query";
import { FolderKanban, Plus } from "lucide-react";
import { useState } from "react";
import { KeyTable } from "../account/KeyTable";
import { NewKeyPanel } from "../account/NewKeyPanel";
import type { ApiKey } from "../api/account";
import { deleteProject, makeProject, type Project, revokeProjectKey, type Team } from "../api/teams";
import { Link } from "../app/Link";
import { projectPath } from "../app/router";
import { useAccountWords } from "../i18n/account";
import { usePagesWords } from "../i18n/pages";
import { useTeamsWords } from "../i18n/teams";
import { Form } from "../layout/Form";
import { Loaded } from "../layout/Loaded";
import { Card, Empty, Section, Toolbar } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { TextField } from "../ui/Field";
import { Panel } from "../ui/Panel";
import { SecretDialog } from "../ui/SecretDialog";
import type { TeamPowers } from "./powers";
import { useProjectKeys, useProjects, useTeamChanged } from "./queries";

interface ProjectsProps {
  team: Team;
  powers: TeamPowers;
}

export function Projects({ team, powers }: ProjectsProps) {
  const words = useTeamsWords();
  const projects = useProjects(team.id);
  const [makes, setMakes] = useState(false);
  const create = powers.mayManage && (
    <Button onClick={() => setMakes(true)}>
      <Plus aria-hidden />
      {words.newProject}
    </Button>
  );
  return (
    <Section
      title={words.projects}
      lead={words.projectsLead}
      actions={(projects.data?.length ?? 0) > 0 && create}
    >
      <Loaded query={projects}>
        {(loaded) =>
          loaded.length === 0 ? (
            <Empty icon={FolderKanban} title={words.noProjects}>
              {create}
            </Empty>
          ) : (
            loaded.map((project) => (
              <ProjectCard key={project.id} team={team} powers={powers} project={project} />
            ))
          )
        }
      </Loaded>
      {makes && <NewProject team={team} onClose={() => setMakes(false)} />}
    </Section>
  );
}

function ProjectCard({ team, powers, project }: ProjectsProps & { project: Project }) {
  const words = useTeamsWords();
  const changed = useTeamChanged(team.id);
  const [makesKey, setMakesKey] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [asks, setAsks] = useState(false);
  const end = useMutation({ mutationFn: deleteProject, onSettled: changed });
  return (
    <Card>
      <Toolbar>
        <h3 style={{ fontSize: "1rem", fontWeight: 560 }}>
          {powers.role === null ? project.name : <Link href={projectPath(project.id)}>{project.name}</Link>}
        </h3>
        <span style={{ display: "flex", gap: "0.5rem" }}>
          {powers.role !== null && (
            <Button size="small" onClick={() => setMakesKey(true)}>
              <Plus aria-hidden />
              {words.newKey}
            </Button>
          )}
          {powers.mayManage && (
            <Button size="small" look="quiet" disabled={end.isPending} onClick={() => setAsks(true)}>
              {words.deleteProject}
            </Button>
          )}
        </span>
      </Toolbar>
      <ProjectKeys team={team} project={project} />
      {makesKey && (
        <NewKeyPanel
          mayAdminister={false}
          projectId={project.id}
          onClose={() => setMakesKey(false)}
          onMade={(made) => {
            setMakesKey(false);
            setSecret(made.secret);
            void changed();
          }}
        />
      )}
      <SecretDialog title={words.keyMade} secret={secret} onClose={() => setSecret(null)} />
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title={words.deleteProjectTitle(project.name)}
        text={words.deleteProjectText}
        confirm={words.deleteProject}
        onConfirm={() => end.mutate(project.id)}
      />
    </Card>
  );
}

function ProjectKeys({ team, project }: { team: Team; project: Project }) {
  const words = useTeamsWords();
  const account = useAccountWords();
  const pages = usePagesWords();
  const keys = useProjectKeys(team.id, project.id);
  const changed = useTeamChanged(team.id);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  const revoke = useMutation({
    mutationFn: (keyId: string) => revokeProjectKey(project.id, keyId),
    onSettled: changed,
  });
  return (
    <Paged
      query={keys}
      rowsOf={(page) => page.keys}
      empty={<p style={{ marginTop: "0.75rem", color: "var(--ink-soft)" }}>{words.noKeys}</p>}
    >
      {(loaded) => (
        <>
          <KeyTable label={`${pages.keys}: ${project.name}`} keys={loaded} onRevoke={setEnding} />
          <ConfirmDialog
            open={ending !== null}
            onOpenChange={(open) => open || setEnding(null)}
            title={account.revokeTitle}
            text={account.revokeText(ending?.name ?? "")}
            confirm={account.revoke}
            onConfirm={() => ending && revoke.mutate(ending.id)}
          />
        </>
      )}
    </Paged>
  );
}

function NewProject({ team, onClose }: { team: Team; onClose: () => void }) {
  const app = useWords();
  const words = useTeamsWords();
  const pages = usePagesWords();
  const changed = useTeamChanged(team.id);
  const [name, setName] = useState("");
  const make = useSubmit((given: string) => makeProject(team.id, given), {
    fields: ["name"],
    onDone: () => {
      onClose();
      return changed();
    },
  });
  return (
    <Panel open onOpenChange={(open) => open || onClose()} title={words.newProject} lead={words.projectsLead}>
      <Form
        action={pages.create}
        busy={make.busy}
        error={make.error}
        disabled={name.trim() === ""}
        onSubmit={() => make.submit(name.trim())}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <TextField
          label={words.name}
          error={make.errorAt("name")}
          value={name}
          onChange={setName}
          maxLength={100}
        />
      </Form>
    </Panel>
  );
}
