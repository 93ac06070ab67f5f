import { ArrowLeft, Wallet } from "lucide-react";
import { useState } from "react";
import { ban, type PersonDetails, type Role, removePerson, setRole, unban } from "../api/console";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { consolePath, navigate } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { Loaded } from "../layout/Loaded";
import { Fields, Page, Section, UpLink } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { Button } from "../ui/Button";
import button from "../ui/Button.module.css";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { SelectField } from "../ui/Field";
import { Listing } from "../ui/Listing";
import { Note } from "../ui/Note";
import { KeysOf } from "./KeysPage";
import { PersonStatus } from "./PeoplePage";
import { consoleKeys, usePerson, useRefresh } from "./queries";

export function PersonPage({ me, id }: { me: Me; id: string }) {
  const words = useConsoleWords();
  const person = usePerson(id);
  return (
    <>
      <UpLink href={consolePath("people")} icon={<ArrowLeft aria-hidden />}>
        {words.allPeople}
      </UpLink>
      <Loaded query={person}>{(loaded) => <Details me={me} person={loaded} />}</Loaded>
    </>
  );
}

function Details({ me, person }: { me: Me; person: PersonDetails }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  return (
    <Page
      title={person.name || person.id}
      lead={roleName(pages, person.role)}
      actions={
        me.role === "owner" && (
          <Link href={consolePath("balances", person.id)} className={`${button.button} ${button.outline}`}>
            <Wallet aria-hidden />
            {words.openWallet}
          </Link>
        )
      }
    >
      <Listing
        rows={[
          [words.status, <PersonStatus key="status" status={person.status} />],
          [words.email, person.email ?? "–"],
          [words.phone, person.phone ?? "–"],
          [words.password, person.has_password ? words.passwordSet : "–"],
          [words.joined, format.date(person.created_at)],
          [words.teamsOfPerson, person.teams.map(({ name }) => name).join(", ") || "–"],
        ]}
      />
      {person.status !== "removed" && person.kind === "person" && <RoleChoice me={me} person={person} />}
      <Section title={words.keysOfPerson}>
        <KeysOf ownerId={person.id} />
      </Section>
      {person.status !== "removed" && person.id !== me.id && <KeepOut person={person} />}
    </Page>
  );
}

function RoleChoice({ me, person }: { me: Me; person: PersonDetails }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const refresh = useRefresh();
  const change = useSubmit((role: Role) => setRole(person.id, role), {
    onDone: () => refresh(consoleKeys.people),
  });
  const roles: Role[] = me.role === "owner" ? ["member", "admin", "owner"] : [person.role];
  return (
    <Fields>
      <SelectField<Role>
        label={words.role}
        error={change.error}
        value={person.role}
        disabled={change.busy || roles.length === 1}
        options={roles.map((value) => ({ value, label: roleName(pages, value) }))}
        onChange={change.submit}
      />
    </Fields>
  );
}

function KeepOut({ person }: { person: PersonDetails }) {
  const words = useConsoleWords();
  const refresh = useRefresh();
  const [asks, setAsks] = useState<"ban" | "remove" | null>(null);
  const changed = { onDone: () => refresh(consoleKeys.people) };
  const banning = useSubmit(ban, changed);
  const unbanning = useSubmit(unban, changed);
  const removing = useSubmit(removePerson, {
    onDone: () => {
      navigate(consolePath("people"));
      return refresh(consoleKeys.people);
    },
  });
  const error = banning.error ?? unbanning.error ?? removing.error;
  return (
    <Section title={words.danger} lead={words.dangerLead}>
      {error !== null && <Note tone="danger">{error}</Note>}
      <div style={{ display: "flex", flexWrap: "wrap", gap: "0.6rem" }}>
        {person.status === "banned" ? (
          <Button disabled={unbanning.busy} onClick={() => unbanning.submit(person.id)}>
            {words.unban}
          </Button>
        ) : (
          <Button disabled={banning.busy} onClick={() => setAsks("ban")}>
            {words.ban}
          </Button>
        )}
        <Button look="danger" disabled={removing.busy} onClick={() => setAsks("remove")}>
          {words.removePerson}
        </Button>
      </div>
      <ConfirmDialog
        open={asks === "ban"}
        onOpenChange={(open) => open || setAsks(null)}
        title={words.banTitle(person.name)}
        text={words.banText}
        confirm={words.ban}
        onConfirm={() => banning.submit(person.id)}
      />
      <ConfirmDialog
        open={asks === "remove"}
        onOpenChange={(open) => open || setAsks(null)}
        title={words.removeTitle(person.name)}
        text={words.removeText}
        confirm={words.removePerson}
        onConfirm={() => removing.submit(person.id)}
      />
    </Section>
  );
}
