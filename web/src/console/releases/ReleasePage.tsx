/** One release: what it is, how it was examined, how it came among the people, and what can be done with it. */
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { Release, ReleaseChange, ReleaseDetails, Releases } from "../../api/releases";
import { Link } from "../../app/Link";
import { consolePath } from "../../app/router";
import { useFormat } from "../../i18n/format";
import { useReleasesWords } from "../../i18n/releases";
import { Loaded } from "../../layout/Loaded";
import { Page, Section, UpLink } from "../../layout/Page";
import { Button } from "../../ui/Button";
import button from "../../ui/Button.module.css";
import { type Column, DataTable } from "../../ui/DataTable";
import { Listing } from "../../ui/Listing";
import { Note } from "../../ui/Note";
import { ExaminationSection } from "./ExaminationSection";
import { useCard, useRelease, useReleases, useRollouts } from "./queries";
import { ReleaseDialog } from "./ReleaseDialog";
import { ExaminedTag, StateTag } from "./ReleaseTags";
import { RolloutSection } from "./RolloutSection";
import { actionsOf, methodsOf, type ReleaseAction } from "./releaseActions";

export function ReleasePage({ id }: { id: string }) {
  const words = useReleasesWords();
  const details = useRelease(id);
  const releases = useReleases();
  return (
    <>
      <UpLink href={consolePath("releases")} icon={<ArrowLeft aria-hidden />}>
        {words.back}
      </UpLink>
      <Loaded query={details}>
        {(found) => <Loaded query={releases}>{(all) => <Details details={found} releases={all} />}</Loaded>}
      </Loaded>
    </>
  );
}

interface DetailsProps {
  details: ReleaseDetails;
  releases: Releases;
}

function Details({ details: { release, changes }, releases }: DetailsProps) {
  const words = useReleasesWords();
  const card = useCard(release.id);
  const rollouts = useRollouts();
  const running = rollouts.data?.find(
    ({ candidate_id, outcome }) => candidate_id === release.id && outcome === "running",
  );
  return (
    <Page
      title={release.name}
      lead={<StateTag state={release.state} />}
      actions={<Actions release={release} releases={releases} />}
    >
      {release.is_marked && <Marked />}
      <About release={release} all={releases.releases} />
      {running && <RolloutSection rollout={running} releases={releases} />}
      <Loaded query={card}>
        {({ card: examination }) => <ExaminationSection examination={examination} />}
      </Loaded>
      <Section title={words.steps}>
        <Steps changes={changes} />
      </Section>
    </Page>
  );
}

function Actions({ release, releases }: { release: Release; releases: Releases }) {
  const words = useReleasesWords();
  const [asked, setAsked] = useState<ReleaseAction | null>(null);
  return (
    <>
      {actionsOf(release, releases.releases).map((action) => (
        <Button
          key={action}
          look={action === "gradually" ? "solid" : "outline"}
          onClick={() => setAsked(action)}
        >
          {words[action]}
        </Button>
      ))}
      {asked !== null && (
        <ReleaseDialog action={asked} release={release} releases={releases} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

/** What to do about a model that has learned from somebody who was removed. */
function Marked() {
  const words = useReleasesWords();
  return (
    <Note
      tone="care"
      remedy={
        <Link href={consolePath("improvements")} className={`${button.button} ${button.outline}`}>
          {words.toImprovements}
        </Link>
      }
    >
      <strong>{words.markedTitle}</strong> {words.markedText}
    </Note>
  );
}

function About({ release, all }: { release: Release; all: readonly Release[] }) {
  const words = useReleasesWords();
  const format = useFormat();
  const parent = all.find(({ id }) => id === release.parent_id);
  return (
    <Listing
      rows={[
        [words.examined, <ExaminedTag key="examined" release={release} />],
        ...(release.problem === "" ? [] : ([[words.problem, release.problem]] as const)),
        ...(release.is_base
          ? []
          : ([
              [words.methods, methodsOf(release) || "–"],
              [
                words.parent,
                parent ? (
                  <Link key="parent" href={consolePath("releases", parent.id)}>
                    {parent.name}
                  </Link>
                ) : (
                  "–"
                ),
              ],
              [words.snapshot, <Digest key="snapshot" digest={release.snapshot_digest} />],
            ] as const)),
        [words.digest, <Digest key="digest" digest={release.digest} />],
        [words.made, format.moment(release.created_at)],
      ]}
    />
  );
}

/** Its beginning, which is enough to tell it from others. */
function Digest({ digest }: { digest: string | null }) {
  return digest === null ? "–" : <code title={digest}>{digest.slice(0, 16)}…</code>;
}

function Steps({ changes }: { changes: readonly ReleaseChange[] }) {
  const words = useReleasesWords();
  const format = useFormat();
  const columns: Column<ReleaseChange>[] = [
    { key: "step", header: words.step, cell: ({ after }) => <StateTag state={after} /> },
    { key: "why", header: words.why, cell: ({ why }) => why || "–" },
    { key: "by", header: words.by, cell: (change) => <By change={change} /> },
    { key: "at", header: words.when, cell: ({ at }) => format.moment(at) },
  ];
  return (
    <DataTable
      label={words.steps}
      columns={columns}
      rows={changes}
      rowKey={({ at, after, why }) => `${at} ${after} ${why}`}
    />
  );
}

function By({ change: { by, by_name } }: { change: ReleaseChange }) {
  const words = useReleasesWords();
  if (by === "homespun") return words.byHomespun;
  if (by === "command") return words.byCommand;
  return by_name === "" ? words.somebodyRemoved : <Link href={consolePath("people", by)}>{by_name}</Link>;
}
