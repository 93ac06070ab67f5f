import { UserPlus, Users } from "lucide-react";
import { useState } from "react";
import type { PersonLine } from "../api/console";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { Empty, Named, Page, Toolbar } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { useSettled } from "../shell/useSettled";
import { Button } from "../ui/Button";
import { type Column, DataTable } from "../ui/DataTable";
import { SearchField } from "../ui/SearchField";
import { Segments } from "../ui/Segments";
import { Tag } from "../ui/Tag";
import { Invitations } from "./Invitations";
import { InvitePanel } from "./InvitePanel";
import { usePeople } from "./queries";

type Kind = "person" | "visitor";

export function PeoplePage({ me }: { me: Me }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const [kind, setKind] = useState<Kind>("person");
  const [search, setSearch] = useState("");
  const [invites, setInvites] = useState(false);
  const people = usePeople(useSettled(search.trim(), 180), kind);
  return (
    <Page
      title={pages.people}
      lead={words.peopleLead}
      actions={
        <Button look="solid" onClick={() => setInvites(true)}>
          <UserPlus aria-hidden />
          {words.invite}
        </Button>
      }
    >
      <Toolbar>
        <SearchField label={words.searchPeople} value={search} onChange={setSearch} />
        <Segments<Kind>
          label={pages.people}
          value={kind}
          onChange={setKind}
          options={[
            { value: "person", label: words.kindPerson },
            { value: "visitor", label: words.kindVisitor },
          ]}
        />
      </Toolbar>
      <Paged
        query={people}
        rowsOf={(page) => page.people}
        empty={
          search.trim() === "" ? (
            <Empty icon={Users} title={words.noVisitors} />
          ) : (
            <Empty icon={Users} title={words.nobodyFound} text={words.nobodyFoundText} />
          )
        }
      >
        {(rows) => <PeopleTable people={rows} />}
      </Paged>
      <Invitations />
      {invites && <InvitePanel isOwner={me.role === "owner"} onClose={() => setInvites(false)} />}
    </Page>
  );
}

function PeopleTable({ people }: { people: readonly PersonLine[] }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const columns: Column<PersonLine>[] = [
    {
      key: "person",
      header: words.person,
      cell: (person) => (
        <Named
          name={<Link href={consolePath("people", person.id)}>{person.name}</Link>}
          note={[person.email, person.phone].filter(Boolean).join(" · ")}
        />
      ),
    },
    { key: "role", header: words.role, cell: (person) => roleName(pages, person.role) },
    { key: "status", header: words.status, cell: (person) => <PersonStatus status={person.status} /> },
    { key: "joined", header: words.joined, cell: (person) => format.date(person.created_at) },
  ];
  return (
    <DataTable
      label={pages.people}
      columns={columns}
      rows={people}
      rowKey={(person) => person.id}
      isPast={(person) => person.status === "removed"}
    />
  );
}

export function PersonStatus({ status }: { status: PersonLine["status"] }) {
  const words = useConsoleWords();
  switch (status) {
    case "active":
      return <Tag tone="moss">{words.statusActive}</Tag>;
    case "banned":
      return <Tag tone="madder">{words.statusBanned}</Tag>;
    case "removed":
      return <Tag>{words.statusRemoved}</Tag>;
  }
}
