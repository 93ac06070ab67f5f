/** A team: what it is called, who is in it, its projects with their keys, and, for those who may see it, its purse. */
import { UserPlus, Wallet } from "lucide-react";
import { type ReactNode, useState } from "react";
import { changeTeam, deleteTeam, inviteToTeam, type Team, type TeamRole } from "../api/teams";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { InvitationTable } from "../console/Invitations";
import { InviteForm } from "../console/InvitePanel";
import { useConsoleWords } from "../i18n/console";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { useTeamsWords } from "../i18n/teams";
import { Form } from "../layout/Form";
import { Loaded } from "../layout/Loaded";
import { Page, Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import button from "../ui/Button.module.css";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { CheckField, TextField } from "../ui/Field";
import { Note } from "../ui/Note";
import { Members } from "./Members";
import { Projects } from "./Projects";
import { powersIn, type TeamPowers } from "./powers";
import { useTeam, useTeamChanged, useTeamInvitations } from "./queries";

interface TeamDetailsProps {
  me: Me;
  id: string;
  onGone: () => void;
  /** What else belongs to a team, before its settings: its purse. */
  children?: ReactNode;
}

export function TeamDetails({ me, id, onGone, children }: TeamDetailsProps) {
  const team = useTeam(id);
  return (
    <Loaded query={team}>
      {(loaded) => (
        <Details me={me} team={loaded} onGone={onGone}>
          {children}
        </Details>
      )}
    </Loaded>
  );
}

interface DetailsProps {
  me: Me;
  team: Team;
  onGone: () => void;
  children: ReactNode;
}

function Details({ me, team, onGone, children }: DetailsProps) {
  const words = useTeamsWords();
  const console = useConsoleWords();
  const pages = usePagesWords();
  const powers = powersIn(me, team.id);
  const [invites, setInvites] = useState(false);
  return (
    <Page
      title={team.name}
      lead={powers.role === null ? null : words.yourRole(roleName(pages, powers.role))}
      actions={
        <>
          {me.role === "owner" && (
            <Link href={consolePath("balances", team.id)} className={`${button.button} ${button.outline}`}>
              <Wallet aria-hidden />
              {console.openWallet}
            </Link>
          )}
          {powers.mayManage && (
            <Button look="solid" onClick={() => setInvites(true)}>
              <UserPlus aria-hidden />
              {words.invite}
            </Button>
          )}
        </>
      }
    >
      <Members me={me} team={team} powers={powers} />
      {powers.mayManage && <TeamInvitations team={team} />}
      <Projects team={team} powers={powers} />
      {children}
      {powers.mayManage && <Terms team={team} powers={powers} />}
      {powers.mayOwn && <DeleteTeam team={team} onGone={onGone} />}
      {invites && <Invite team={team} powers={powers} onClose={() => setInvites(false)} />}
    </Page>
  );
}

function TeamInvitations({ team }: { team: Team }) {
  const console = useConsoleWords();
  const invitations = useTeamInvitations(team.id, true);
  const changed = useTeamChanged(team.id);
  if (invitations.data === undefined || invitations.data.length === 0) return null;
  return (
    <Section title={console.invitations}>
      <InvitationTable invitations={invitations.data} onChanged={changed} />
    </Section>
  );
}

interface PoweredProps {
  team: Team;
  powers: TeamPowers;
}

function Invite({ team, powers, onClose }: PoweredProps & { onClose: () => void }) {
  const pages = usePagesWords();
  const changed = useTeamChanged(team.id);
  const [first, ...others] = powers.grants;
  if (first === undefined) return null;
  return (
    <InviteForm<TeamRole>
      roles={[first, ...others]}
      rolesOf={(role) => roleName(pages, role)}
      send={(email, team_role, locale) => inviteToTeam(team.id, { email, role: "member", team_role, locale })}
      onInvited={changed}
      onClose={onClose}
    />
  );
}

/** Its name, and whether it pays for its members. */
function Terms({ team, powers }: PoweredProps) {
  const app = useWords();
  const words = useTeamsWords();
  const pages = usePagesWords();
  const changed = useTeamChanged(team.id);
  const [name, setName] = useState(team.name);
  const [pays, setPays] = useState(team.pays_for_members);
  const change = useSubmit(
    () =>
      changeTeam(team.id, {
        ...(name.trim() !== team.name && { name: name.trim() }),
        ...(pays !== team.pays_for_members && { pays_for_members: pays }),
      }),
    { fields: ["name"], onDone: changed },
  );
  const isSame = name.trim() === team.name && pays === team.pays_for_members;
  return (
    <Section title={pages.settings}>
      <Form
        action={app.save}
        busy={change.busy}
        done={change.done && isSame}
        error={change.error}
        disabled={isSame || name.trim() === ""}
        onSubmit={() => change.submit(undefined)}
      >
        <TextField
          label={words.name}
          error={change.errorAt("name")}
          value={name}
          onChange={setName}
          maxLength={100}
        />
        <CheckField
          label={words.pays}
          hint={words.paysHint}
          checked={pays}
          disabled={!powers.mayOwn}
          onChange={setPays}
        />
      </Form>
    </Section>
  );
}

function DeleteTeam({ team, onGone }: { team: Team; onGone: () => void }) {
  const words = useTeamsWords();
  const changed = useTeamChanged(team.id);
  const [asks, setAsks] = useState(false);
  const end = useSubmit(deleteTeam, {
    onDone: () => {
      onGone();
      return changed();
    },
  });
  return (
    <Section title={words.deleteTeam} lead={words.deleteTeamText}>
      {end.error !== null && <Note tone="danger">{end.error}</Note>}
      <p>
        <Button look="danger" disabled={end.busy} onClick={() => setAsks(true)}>
          {words.deleteTeam}
        </Button>
      </p>
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title={words.deleteTeamTitle(team.name)}
        text={words.deleteTeamText}
        confirm={words.deleteTeam}
        onConfirm={() => end.submit(team.id)}
      />
    </Section>
  );
}
