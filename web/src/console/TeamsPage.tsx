import { ArrowLeft, Plus, UsersRound } from "lucide-react";
import { useState } from "react";
import { makeTeam, type Team } from "../api/teams";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { consolePath, navigate } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { Empty, Named, Page, UpLink } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { TeamDetails } from "../teams/TeamDetails";
import { Button } from "../ui/Button";
import { type Column, DataTable } from "../ui/DataTable";
import { CheckField, TextField } from "../ui/Field";
import { Panel } from "../ui/Panel";
import { Tag } from "../ui/Tag";
import { useTeams } from "./BalancesPage";
import { consoleKeys, useRefresh } from "./queries";

export function TeamsPage({ me, id }: { me: Me; id: string | null }) {
  const pages = usePagesWords();
  if (id === null) return <AllTeams />;
  return (
    <>
      <UpLink href={consolePath("teams")} icon={<ArrowLeft aria-hidden />}>
        {pages.teams}
      </UpLink>
      <TeamDetails key={id} me={me} id={id} onGone={() => navigate(consolePath("teams"))} />
    </>
  );
}

function AllTeams() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const teams = useTeams();
  const [makes, setMakes] = useState(false);
  const create = (
    <Button look="solid" onClick={() => setMakes(true)}>
      <Plus aria-hidden />
      {words.newTeam}
    </Button>
  );
  return (
    <Page
      title={pages.teams}
      lead={words.teamsLead}
      actions={(teams.data?.pages[0]?.teams.length ?? 0) > 0 && create}
    >
      <Paged
        query={teams}
        rowsOf={(page) => page.teams}
        empty={
          <Empty icon={UsersRound} title={words.noTeams} text={words.noTeamsText}>
            {create}
          </Empty>
        }
      >
        {(rows) => <TeamTable teams={rows} />}
      </Paged>
      {makes && <NewTeam onClose={() => setMakes(false)} />}
    </Page>
  );
}

function TeamTable({ teams }: { teams: readonly Team[] }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const columns: Column<Team>[] = [
    {
      key: "team",
      header: words.team,
      cell: ({ id, name, pays_for_members }) => (
        <Named
          name={
            <>
              <Link href={consolePath("teams", id)}>{name}</Link>
              {pays_for_members && <Tag tone="dye">{words.pays}</Tag>}
            </>
          }
        />
      ),
    },
    { key: "since", header: words.created, align: "end", cell: ({ created_at }) => format.date(created_at) },
  ];
  return <DataTable label={pages.teams} columns={columns} rows={teams} rowKey={({ id }) => id} />;
}

function NewTeam({ onClose }: { onClose: () => void }) {
  const app = useWords();
  const words = useConsoleWords();
  const pages = usePagesWords();
  const refresh = useRefresh();
  const [name, setName] = useState("");
  const [pays, setPays] = useState(false);
  const make = useSubmit(makeTeam, {
    fields: ["name"],
    onDone: ({ id }) => {
      navigate(consolePath("teams", id));
      return refresh(consoleKeys.teams);
    },
  });
  return (
    <Panel open onOpenChange={(open) => open || onClose()} title={words.newTeam} lead={words.noTeamsText}>
      <Form
        action={pages.create}
        busy={make.busy}
        error={make.error}
        disabled={name.trim() === ""}
        onSubmit={() => make.submit({ name: name.trim(), pays_for_members: pays })}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <TextField
          label={words.teamName}
          error={make.errorAt("name")}
          value={name}
          onChange={setName}
          maxLength={100}
        />
        <CheckField label={words.paysForMembers} checked={pays} onChange={setPays} />
      </Form>
    </Panel>
  );
}
