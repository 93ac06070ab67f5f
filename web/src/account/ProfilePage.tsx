import { useState } from "react";
import { changeMe, workFor } from "../api/account";
import type { Me } from "../api/types";
import { useServices } from "../app/services";
import { keys } from "../conversation/cache";
import { useAccountWords } from "../i18n/account";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { Form } from "../layout/Form";
import { Fields, Page, Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { SelectField, TextField } from "../ui/Field";
import { Listing } from "../ui/Listing";

export function ProfilePage({ me }: { me: Me }) {
  const words = useAccountWords();
  const pages = usePagesWords();
  const { queries } = useServices();
  const [name, setName] = useState(me.name);
  const [locale, setLocale] = useState(me.locale);
  const change = useSubmit(changeMe, {
    fields: ["name", "locale"],
    onDone: (changed) => queries.setQueryData(keys.me, changed),
  });

  return (
    <Page title={pages.profile} lead={words.profileLead}>
      <Form
        action={words.save}
        busy={change.busy}
        done={change.done && name === me.name && locale === me.locale}
        error={change.error}
        disabled={name.trim() === "" || (name === me.name && locale === me.locale)}
        onSubmit={() => change.submit({ name: name.trim(), locale })}
      >
        <TextField
          label={words.name}
          hint={words.nameHint}
          error={change.errorAt("name")}
          value={name}
          onChange={setName}
          maxLength={100}
          autoComplete="name"
        />
        <SelectField
          label={words.languageOfMail}
          hint={words.languageOfMailHint}
          error={change.errorAt("locale")}
          value={locale}
          options={languages(me.locale, words.languageAny)}
          onChange={setLocale}
        />
      </Form>
      {me.teams.length > 0 && <CurrentTeam me={me} />}
      <Section title={pages.yourAccount}>
        <Listing
          rows={[
            [words.role, roleName(pages, me.role)],
            [words.email, me.email ?? "–"],
            [words.phone, me.phone ?? "–"],
          ]}
        />
      </Section>
    </Page>
  );
}

function CurrentTeam({ me }: { me: Me }) {
  const words = useAccountWords();
  const pages = usePagesWords();
  const { queries } = useServices();
  const change = useSubmit(workFor, { onDone: () => queries.invalidateQueries() });
  return (
    <Section title={pages.teams}>
      <Fields>
        <SelectField
          label={words.workFor}
          hint={words.workForHint}
          error={change.error}
          disabled={change.busy}
          value={me.current_team_id ?? ""}
          options={[
            { value: "", label: words.workForSelf },
            ...me.teams.map(({ id, name, pays_for_members }) => ({
              value: id,
              label: pays_for_members ? words.paysForMembers(name) : name,
            })),
          ]}
          onChange={(id) => change.submit(id === "" ? null : id)}
        />
      </Fields>
    </Section>
  );
}

/** Those that messages are written in; one that was set elsewhere stays what it is. */
function languages(present: string, any: string) {
  const known = [
    { value: "", label: any },
    { value: "en", label: "English" },
    { value: "zh-CN", label: "简体中文" },
  ];
  return known.some(({ value }) => value === present)
    ? known
    : [...known, { value: present, label: present }];
}
