/** Whether models may learn from what one says of answers: what is used, for what, and the switch. */
import type { Consent } from "../api/learning";
import { useFormat } from "../i18n/format";
import { useLearningWords } from "../i18n/learning";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Card, Page, Section } from "../layout/Page";
import { Listing } from "../ui/Listing";
import { Switch } from "../ui/Switch";
import { useConsent, useSetConsent } from "./queries";

export function LearningPage() {
  const words = useLearningWords();
  const pages = usePagesWords();
  const consent = useConsent();
  return (
    <Page title={pages.learning} lead={words.lead}>
      <Loaded query={consent}>
        {(given) => (
          <>
            <ConsentSwitch consent={given} />
            <Section title={words.whatTitle}>
              <Listing
                rows={[
                  [words.used, words.usedText],
                  [words.purpose, words.purposeText],
                  [words.readers, words.readersText],
                  [words.unused, words.unusedText],
                  ...(given.compares ? [[words.compared, words.comparedText] as const] : []),
                ]}
              />
            </Section>
            {given.changes.length > 0 && <Decisions consent={given} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function ConsentSwitch({ consent }: { consent: Consent }) {
  const words = useLearningWords();
  const format = useFormat();
  const change = useSetConsent();
  const isOn = change.isPending ? change.variables : consent.is_given;
  return (
    <Card>
      <Switch
        label={words.consent}
        hint={isOn && consent.since ? words.onSince(format.moment(consent.since)) : words.off}
        isOn={isOn}
        disabled={change.isPending}
        onChange={(wish) => change.mutate(wish)}
      />
    </Card>
  );
}

function Decisions({ consent }: { consent: Consent }) {
  const words = useLearningWords();
  const format = useFormat();
  return (
    <Section title={words.decisions}>
      <Listing
        rows={consent.changes.map(({ at, is_given }) => [
          format.moment(at),
          is_given ? words.turnedOn : words.turnedOff,
        ])}
      />
    </Section>
  );
}
