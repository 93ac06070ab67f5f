/** To whom it is available where: who waits, the rules, and what somebody would get by them. */
import type { Me } from "../api/types";
import { useAvailabilityWords } from "../i18n/availability";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Page } from "../layout/Page";
import { AvailabilityRules } from "./AvailabilityRules";
import { useAvailabilityRules } from "./queries";
import { RuleTrial } from "./RuleTrial";
import { WaitingList } from "./WaitingList";

export function AvailabilityPage({ me }: { me: Me }) {
  const words = useAvailabilityWords();
  const pages = usePagesWords();
  const rules = useAvailabilityRules();
  return (
    <Page title={pages.availability} lead={words.lead}>
      <Loaded query={rules}>
        {(loaded) => (
          <>
            <WaitingList isExpected={loaded.rules.some(({ verdict }) => verdict === "waiting")} />
            <AvailabilityRules known={loaded} mayChange={me.role === "owner"} />
            <RuleTrial countries={loaded.countries} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
