import { useState } from "react";
import { type Audience, type AvailabilityRule, setRule, type Verdict } from "../api/availability";
import { EVERYWHERE, useAvailabilityWords, useCountryName } from "../i18n/availability";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { AreaField, FieldGroup, SelectField, TextField } from "../ui/Field";
import { Listing } from "../ui/Listing";
import { Panel } from "../ui/Panel";
import { Segments } from "../ui/Segments";
import { CountryField } from "./CountryField";
import { consoleKeys, useRefresh } from "./queries";
import { useAudienceName } from "./ruleNames";

const AUDIENCES: Audience[] = ["everybody", "visitors", "domain", "team", "person"];
const VERDICTS: Verdict[] = ["refused", "waiting", "allowed"];
const LONGEST_MESSAGE = 1000;

interface RulePanelProps {
  /** null: a new one. */
  rule: AvailabilityRule | null;
  countries: readonly string[];
  onClose: () => void;
}

export function RulePanel({ rule, countries, onClose }: RulePanelProps) {
  const app = useWords();
  const words = useAvailabilityWords();
  const refresh = useRefresh();
  const [verdict, setVerdict] = useState<Verdict>(rule?.verdict ?? "refused");
  const [audience, setAudience] = useState<Audience>(rule?.audience ?? "everybody");
  const [subject, setSubject] = useState(rule?.subject ?? "");
  const [country, setCountry] = useState(rule?.country ?? EVERYWHERE);
  const [english, setEnglish] = useState(rule?.message_en ?? "");
  const [chinese, setChinese] = useState(rule?.message_zh ?? "");
  const change = useSubmit(setRule, {
    fields: ["subject", "country", "message_en", "message_zh"],
    onDone: () => {
      onClose();
      return refresh(consoleKeys.availability);
    },
  });
  const named = audience === "domain" || audience === "team" || audience === "person" ? audience : null;
  const submit = () =>
    change.submit({
      verdict,
      audience,
      subject: named === null ? "" : subject.trim(),
      country,
      message_en: verdict === "allowed" ? "" : english.trim(),
      message_zh: verdict === "allowed" ? "" : chinese.trim(),
    });
  return (
    <Panel
      open
      onOpenChange={(open) => open || onClose()}
      title={rule === null ? words.newRule : words.changeRule}
    >
      <Form
        action={app.save}
        busy={change.busy}
        error={change.error}
        disabled={named !== null && subject.trim() === ""}
        onSubmit={submit}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        {rule === null ? (
          <>
            <SelectField
              label={words.forWhom}
              value={audience}
              options={AUDIENCES.map((value) => ({ value, label: words[value] }))}
              onChange={setAudience}
            />
            {named !== null && (
              <TextField
                label={words[`${named}Subject`]}
                hint={words[`${named}Hint`]}
                error={change.errorAt("subject")}
                value={subject}
                onChange={setSubject}
                maxLength={254}
              />
            )}
            <CountryField
              label={words.country}
              countries={countries}
              anywhere
              value={country}
              onChange={setCountry}
              error={change.errorAt("country")}
            />
          </>
        ) : (
          <Fixed rule={rule} />
        )}
        <FieldGroup label={words.verdict}>
          <Segments
            label={words.verdict}
            value={verdict}
            options={VERDICTS.map((value) => ({ value, label: words[value] }))}
            onChange={setVerdict}
          />
          <p style={{ fontSize: "0.8438rem", color: "var(--ink-soft)" }}>{words[`${verdict}Hint`]}</p>
        </FieldGroup>
        {verdict !== "allowed" && (
          <FieldGroup label={words.toldThem}>
            <AreaField
              label={words.messageEn}
              error={change.errorAt("message_en")}
              value={english}
              onChange={setEnglish}
              maxLength={LONGEST_MESSAGE}
              lang="en"
            />
            <AreaField
              label={words.messageZh}
              hint={words.messageHint}
              error={change.errorAt("message_zh")}
              value={chinese}
              onChange={setChinese}
              maxLength={LONGEST_MESSAGE}
              lang="zh-Hans"
            />
          </FieldGroup>
        )}
      </Form>
    </Panel>
  );
}

/** By this a rule is known: other people, or another country, are another rule. */
function Fixed({ rule }: { rule: AvailabilityRule }) {
  const words = useAvailabilityWords();
  const countryName = useCountryName();
  const { name, note } = useAudienceName()(rule);
  return (
    <Listing
      rows={[
        [words.forWhom, note ? `${name} (${note})` : name],
        [words.country, countryName(rule.country)],
      ]}
    />
  );
}
