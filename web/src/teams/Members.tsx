import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { removeMember, setTeamRole, type Team, type TeamMember, type TeamRole } from "../api/teams";
import type { Me } from "../api/types";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { useTeamsWords } from "../i18n/teams";
import { Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { type Column, DataTable } from "../ui/DataTable";
import field from "../ui/Field.module.css";
import { MemberBudget } from "./MemberBudget";
import type { TeamPowers } from "./powers";
import { useMembers, useTeamChanged } from "./queries";

interface MembersProps {
  me: Me;
  team: Team;
  powers: TeamPowers;
}

export function Members(props: MembersProps) {
  const words = useTeamsWords();
  const members = useMembers(props.team.id);
  return (
    <Section title={words.members}>
      <Paged query={members} rowsOf={(page) => page.members} empty={null}>
        {(loaded) => <MemberTable {...props} members={loaded} />}
      </Paged>
    </Section>
  );
}

function MemberTable({ me, team, powers, members }: MembersProps & { members: readonly TeamMember[] }) {
  const words = useTeamsWords();
  const format = useFormat();
  const changed = useTeamChanged(team.id);
  const [leaving, setLeaving] = useState<TeamMember | null>(null);
  const remove = useMutation({
    mutationFn: (personId: string) => removeMember(team.id, personId),
    onSettled: changed,
  });
  const columns: Column<TeamMember>[] = [
    { key: "member", header: words.member, cell: ({ name }) => name },
    {
      key: "role",
      header: words.role,
      cell: (member) => <Role team={team} powers={powers} member={member} />,
    },
    ...(powers.maySeeMoney
      ? [
          {
            key: "budget",
            header: words.budget,
            cell: (member: TeamMember) => <MemberBudget teamId={team.id} member={member} />,
          },
        ]
      : []),
    { key: "since", header: words.joined, cell: ({ since }) => format.date(since) },
    {
      key: "remove",
      header: "",
      align: "end",
      cell: (member) =>
        (powers.grants.includes(member.role) || member.person_id === me.id) && (
          <Button
            size="small"
            look="quiet"
            aria-label={`${words.remove}: ${member.name}`}
            onClick={() => setLeaving(member)}
          >
            {words.remove}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        label={words.members}
        columns={columns}
        rows={members}
        rowKey={({ person_id }) => person_id}
      />
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={(open) => open || setLeaving(null)}
        title={words.removeTitle(leaving?.name ?? "")}
        text={words.removeText}
        confirm={words.remove}
        onConfirm={() => leaving && remove.mutate(leaving.person_id)}
      />
    </>
  );
}

/** Can be changed by those who may; a refusal, such as for the last owner, is told by a toast. */
function Role({ team, powers, member }: { team: Team; powers: TeamPowers; member: TeamMember }) {
  const words = useTeamsWords();
  const pages = usePagesWords();
  const changed = useTeamChanged(team.id);
  const change = useMutation({
    mutationFn: (role: TeamRole) => setTeamRole(team.id, member.person_id, role),
    onSettled: changed,
  });
  if (!powers.grants.includes(member.role)) return roleName(pages, member.role);
  return (
    <select
      className={`${field.input} ${field.inline}`}
      aria-label={`${words.role}: ${member.name}`}
      value={member.role}
      disabled={change.isPending}
      onChange={(event) => change.mutate(event.target.value as TeamRole)}
    >
      {powers.grants.map((role) => (
        <option key={role} value={role}>
          {roleName(pages, role)}
        </option>
      ))}
    </select>
  );
}
