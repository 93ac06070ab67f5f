import { useState } from "react";
import { type Asked, type Trial, tryOut } from "../api/availability";
import { UNKNOWN_COUNTRY, useAvailabilityWords, useCountryName } from "../i18n/availability";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { FieldRow, SelectField, TextField } from "../ui/Field";
import { VerdictTag } from "./AvailabilityRules";
import { CountryField } from "./CountryField";
import styles from "./RuleTrial.module.css";
import { useAudienceName } from "./ruleNames";

type Who = NonNullable<Asked["who"]>;

/** What somebody would get, by the rules as they are. */
export function RuleTrial({ countries }: { countries: readonly string[] }) {
  const words = useAvailabilityWords();
  const pages = usePagesWords();
  const [who, setWho] = useState<Who>("visitor");
  const [called, setCalled] = useState("");
  const [country, setCountry] = useState(UNKNOWN_COUNTRY);
  const [result, setResult] = useState<Trial | null>(null);
  const trial = useSubmit(tryOut, { onDone: setResult });
  /** A result is of what was asked, not of what stands in the form since. */
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setResult(null);
      trial.reset();
    };
  return (
    <Section title={words.trial} lead={words.trialLead}>
      <Form
        action={words.find}
        busy={trial.busy}
        error={trial.error}
        disabled={who === "person" && called.trim() === ""}
        onSubmit={() => trial.submit({ who, country, called: who === "visitor" ? "" : called.trim() })}
      >
        <FieldRow>
          <SelectField<Who>
            label={words.who}
            value={who}
            options={[
              { value: "visitor", label: words.aVisitor },
              { value: "newcomer", label: words.aNewcomer },
              { value: "person", label: words.aPerson },
            ]}
            onChange={changed(setWho)}
          />
          <CountryField
            label={words.comesFrom}
            countries={countries}
            value={country}
            onChange={changed(setCountry)}
          />
        </FieldRow>
        {who !== "visitor" && (
          <TextField
            label={who === "person" ? words.personSubject : `${words.newcomerEmail} (${pages.optional})`}
            hint={who === "person" ? words.personHint : undefined}
            value={called}
            onChange={changed(setCalled)}
            maxLength={254}
          />
        )}
      </Form>
      {result !== null && <Outcome trial={result} />}
    </Section>
  );
}

function Outcome({ trial: { verdict, rule, told_en, told_zh } }: { trial: Trial }) {
  const words = useAvailabilityWords();
  const countryName = useCountryName();
  const audienceName = useAudienceName();
  const sentence = {
    allowed: words.wouldBeAllowed,
    refused: words.wouldBeRefused,
    waiting: words.wouldWait,
  }[verdict];
  return (
    <div className={styles.outcome} role="status">
      <p className={styles.sentence}>
        {sentence} <VerdictTag verdict={verdict} />
      </p>
      <p className={styles.reason}>
        {rule === null ? words.byNoRule : words.byRule(audienceName(rule).name, countryName(rule.country))}
      </p>
      {told_en !== "" && (
        <blockquote className={styles.told}>
          <p lang="en">{told_en}</p>
          <p lang="zh-Hans">{told_zh}</p>
        </blockquote>
      )}
    </div>
  );
}
