import { ArrowLeft, UsersRound } from "lucide-react";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { accountPath, navigate } from "../app/router";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { useTeamsWords } from "../i18n/teams";
import { Empty, Named, Page, UpLink } from "../layout/Page";
import { Purse } from "../purse/Purse";
import { powersIn } from "../teams/powers";
import { TeamDetails } from "../teams/TeamDetails";
import { type Column, DataTable } from "../ui/DataTable";

type MyTeam = Me["teams"][number];

/** The teams that one is in. */
export function TeamsPage({ me }: { me: Me }) {
  const words = useTeamsWords();
  const pages = usePagesWords();
  const columns: Column<MyTeam>[] = [
    {
      key: "team",
      header: words.name,
      cell: ({ id, name }) => <Named name={<Link href={accountPath("teams", id)}>{name}</Link>} />,
    },
    { key: "role", header: words.role, cell: ({ role }) => roleName(pages, role) },
  ];
  return (
    <Page title={pages.myTeams} lead={words.mineLead}>
      {me.teams.length === 0 ? (
        <Empty icon={UsersRound} title={words.noneOfMine} text={words.noneOfMineText} />
      ) : (
        <DataTable label={pages.myTeams} columns={columns} rows={me.teams} rowKey={({ id }) => id} />
      )}
    </Page>
  );
}

/** One of them; with its purse for those who may see it. */
export function TeamPage({ me, id }: { me: Me; id: string }) {
  const pages = usePagesWords();
  return (
    <>
      <UpLink href={accountPath("teams")} icon={<ArrowLeft aria-hidden />}>
        {pages.myTeams}
      </UpLink>
      <TeamDetails me={me} id={id} onGone={() => navigate(accountPath("teams"))}>
        {powersIn(me, id).maySeeMoney && <Purse purse={id} />}
      </TeamDetails>
    </>
  );
}
