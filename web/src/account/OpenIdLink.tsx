/** Being linked with the provider that one can sign in with; nothing where there is none. */
import { useQuery } from "@tanstack/react-query";
import { Link2, Link2Off } from "lucide-react";
import { useEffect, useState } from "react";
import { beginOpenIdLink, endOpenIdLink, fetchOpenIdLink } from "../api/account";
import { useServices } from "../app/services";
import { useAccountWords } from "../i18n/account";
import type { AccountWords } from "../i18n/account/en";
import { useFormat } from "../i18n/format";
import { Loaded } from "../layout/Loaded";
import { Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Note } from "../ui/Note";
import { type LinkOutcome, linkOutcome } from "./linkOutcome";

const KEY = ["account", "openid"];

export function OpenIdLink() {
  const words = useAccountWords();
  const link = useQuery({ queryKey: KEY, queryFn: ({ signal }) => fetchOpenIdLink(signal) });
  const outcome = useLinkOutcome();
  if (link.data?.provider === null) return null;
  return (
    <Section title={words.provider} lead={words.providerLead}>
      {outcome !== null && <Outcome outcome={outcome} />}
      <Loaded query={link}>
        {({ provider, linked_at }) =>
          linked_at === null ? (
            <NotLinked provider={provider ?? ""} />
          ) : (
            <Linked provider={provider ?? ""} since={linked_at} />
          )
        }
      </Loaded>
    </Section>
  );
}

function NotLinked({ provider }: { provider: string }) {
  const words = useAccountWords();
  const begin = useSubmit(beginOpenIdLink, { onDone: ({ url }) => location.assign(url) });
  return (
    <>
      <p>{words.notLinked(provider)}</p>
      {begin.error !== null && <Note tone="danger">{begin.error}</Note>}
      <p>
        <Button disabled={begin.busy || begin.done} onClick={() => begin.submit(undefined)}>
          <Link2 aria-hidden />
          {words.link(provider)}
        </Button>
      </p>
    </>
  );
}

function Linked({ provider, since }: { provider: string; since: string }) {
  const words = useAccountWords();
  const format = useFormat();
  const { queries } = useServices();
  const [asks, setAsks] = useState(false);
  const end = useSubmit(endOpenIdLink, { onDone: () => queries.invalidateQueries({ queryKey: KEY }) });
  return (
    <>
      <p>{words.linkedSince(provider, format.date(since))}</p>
      {end.error !== null && <Note tone="danger">{end.error}</Note>}
      <p>
        <Button disabled={end.busy} onClick={() => setAsks(true)}>
          <Link2Off aria-hidden />
          {words.unlink}
        </Button>
      </p>
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title={words.unlinkTitle(provider)}
        text={words.unlinkText}
        confirm={words.unlink}
        onConfirm={() => end.submit(undefined)}
      />
    </>
  );
}

function Outcome({ outcome }: { outcome: LinkOutcome }) {
  const words = useAccountWords();
  if (outcome.kind === "linked") return <Note tone="calm">{words.nowLinked}</Note>;
  return (
    <Note tone="danger">
      <strong>{words.notLinkedNow}</strong>{" "}
      {isKnown(words.linkProblems, outcome.code) ? words.linkProblems[outcome.code] : words.otherLinkProblem}
    </Note>
  );
}

function isKnown(
  problems: AccountWords["linkProblems"],
  code: string,
): code is keyof AccountWords["linkProblems"] {
  return Object.hasOwn(problems, code);
}

/** What the provider's page has led back with. Taken out of the address, so that it isn't said again. */
function useLinkOutcome(): LinkOutcome | null {
  const [outcome] = useState(() => linkOutcome(location.hash));
  useEffect(() => {
    if (outcome !== null) history.replaceState(null, "", location.pathname);
  }, [outcome]);
  return outcome;
}
