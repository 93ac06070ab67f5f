import { useMutation } from "@tanstack/react-query";
import { type Invitation, revokeInvitation } from "../api/console";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { Loaded } from "../layout/Loaded";
import { Named, Section } from "../layout/Page";
import { Button } from "../ui/Button";
import { type Column, DataTable } from "../ui/DataTable";
import { Tag } from "../ui/Tag";
import { consoleKeys, useInvitations, useRefresh } from "./queries";

/** Those that were made; nothing where there never was one. */
export function Invitations() {
  const words = useConsoleWords();
  const invitations = useInvitations();
  const refresh = useRefresh();
  if (invitations.data?.length === 0) return null;
  return (
    <Section title={words.invitations}>
      <Loaded query={invitations}>
        {(loaded) => (
          <InvitationTable invitations={loaded} onChanged={() => refresh(consoleKeys.invitations)} />
        )}
      </Loaded>
    </Section>
  );
}

interface InvitationTableProps {
  invitations: readonly Invitation[];
  onChanged: () => unknown;
}

export function InvitationTable({ invitations, onChanged }: InvitationTableProps) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const revoke = useMutation({ mutationFn: revokeInvitation, onSettled: onChanged });
  const columns: Column<Invitation>[] = [
    {
      key: "for",
      header: words.invitationTo,
      cell: ({ email, created_at }) => (
        <Named name={email ?? words.whoeverHasLink} note={format.moment(created_at)} />
      ),
    },
    {
      key: "role",
      header: words.role,
      cell: ({ role, team_role }) => roleName(pages, team_role ?? role),
    },
    { key: "state", header: words.status, cell: (invitation) => <State invitation={invitation} /> },
    {
      key: "revoke",
      header: "",
      align: "end",
      cell: (invitation) =>
        isOpen(invitation) && (
          <Button
            size="small"
            look="quiet"
            disabled={revoke.isPending}
            aria-label={`${words.revoke}: ${invitation.email ?? words.whoeverHasLink}`}
            onClick={() => revoke.mutate(invitation.id)}
          >
            {words.revoke}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={words.invitations}
      columns={columns}
      rows={invitations}
      rowKey={({ id }) => id}
      isPast={(invitation) => !isOpen(invitation)}
    />
  );
}

function isOpen({ used_at, revoked_at, expires_at }: Invitation): boolean {
  return used_at === null && revoked_at === null && Date.parse(expires_at) > Date.now();
}

function State({ invitation }: { invitation: Invitation }) {
  const words = useConsoleWords();
  const format = useFormat();
  if (invitation.used_at !== null) return <Tag tone="moss">{words.invitationUsed}</Tag>;
  if (invitation.revoked_at !== null) return <Tag>{words.invitationRevoked}</Tag>;
  if (!isOpen(invitation)) return <Tag>{words.invitationExpired}</Tag>;
  return (
    <Named
      isPlain
      name={<Tag tone="weld">{words.invitationSent}</Tag>}
      note={words.until(format.date(invitation.expires_at))}
    />
  );
}
