/** Which models answer people, the trial that goes on, and all that were. */
import { Sprout } from "lucide-react";
import type { Release, Releases, Rollout } from "../../api/releases";
import { Link } from "../../app/Link";
import { consolePath } from "../../app/router";
import { useFormat } from "../../i18n/format";
import { usePagesWords } from "../../i18n/pages";
import { useReleasesWords } from "../../i18n/releases";
import { Loaded } from "../../layout/Loaded";
import { Empty, Named, Page, Section } from "../../layout/Page";
import button from "../../ui/Button.module.css";
import { type Column, DataTable } from "../../ui/DataTable";
import { EarlierRollouts } from "./EarlierRollouts";
import { useReleases, useRollouts } from "./queries";
import { ExaminedTag, MarkedTag, StateTag } from "./ReleaseTags";
import { RolloutSection } from "./RolloutSection";
import { methodsOf } from "./releaseActions";

export function ReleasesPage() {
  const words = useReleasesWords();
  const pages = usePagesWords();
  const releases = useReleases();
  const rollouts = useRollouts();
  return (
    <Page title={pages.releases} lead={words.lead}>
      <Loaded query={releases}>
        {(loaded) => (
          <>
            <Loaded query={rollouts} placeholder={null}>
              {(found) => <Trial releases={loaded} rollouts={found} />}
            </Loaded>
            <Section title={words.all} lead={<HowTheyCome releases={loaded} />}>
              <ReleaseTable releases={loaded} rollouts={rollouts.data ?? []} />
              {loaded.releases.every(({ is_base }) => is_base) && <NothingLearned />}
            </Section>
            <EarlierRollouts
              releases={loaded.releases}
              rollouts={(rollouts.data ?? []).filter(({ outcome }) => outcome !== "running")}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Trial({ releases, rollouts }: { releases: Releases; rollouts: readonly Rollout[] }) {
  const running = rollouts.find(({ outcome }) => outcome === "running");
  return running === undefined ? null : <RolloutSection rollout={running} releases={releases} />;
}

/** What happens with a release that has passed, by the settings. */
function HowTheyCome({ releases: { rolls_out, shares } }: { releases: Releases }) {
  const words = useReleasesWords();
  const format = useFormat();
  const steps = shares.map(format.percent).join(", ");
  return rolls_out ? words.byItself(steps) : words.byWord(steps);
}

function NothingLearned() {
  const words = useReleasesWords();
  return (
    <Empty icon={Sprout} title={words.onlyBase} text={words.onlyBaseText}>
      <Link href={consolePath("improvements")} className={`${button.button} ${button.outline}`}>
        {words.toImprovements}
      </Link>
    </Empty>
  );
}

interface ReleaseTableProps {
  releases: Releases;
  rollouts: readonly Rollout[];
}

function ReleaseTable({ releases, rollouts }: ReleaseTableProps) {
  const words = useReleasesWords();
  const format = useFormat();
  const columns: Column<Release>[] = [
    {
      key: "release",
      header: words.release,
      cell: (one) => (
        <Named
          name={<Link href={consolePath("releases", one.id)}>{one.name}</Link>}
          note={
            <>
              {one.is_base ? words.asInstalled : methodsOf(one)} <MarkedTag release={one} />
            </>
          }
        />
      ),
    },
    { key: "state", header: words.state, cell: ({ state }) => <StateTag state={state} /> },
    { key: "examined", header: words.examined, cell: (one) => <ExaminedTag release={one} /> },
    {
      key: "answers",
      header: words.answers,
      cell: (one) => (
        <Named
          isPlain
          name={<Answers release={one} rollouts={rollouts} />}
          note={releases.loaded.includes(one.id) && words.loaded}
        />
      ),
    },
    { key: "made", header: words.made, cell: ({ created_at }) => format.date(created_at) },
  ];
  return (
    <DataTable
      label={words.all}
      columns={columns}
      rows={releases.releases}
      rowKey={({ id }) => id}
      isPast={({ state }) => state === "retired"}
    />
  );
}

function Answers({ release, rollouts }: { release: Release; rollouts: readonly Rollout[] }) {
  const words = useReleasesWords();
  const format = useFormat();
  const running = rollouts.find(({ outcome }) => outcome === "running");
  switch (release.state) {
    case "champion":
      return running?.share ? words.everybodyElse : words.everybody;
    case "shadow":
      return words.nobodyYet;
    case "canary":
      return running === undefined ? "–" : words.shareOfPeople(format.percent(running.share));
    default:
      return words.nobody;
  }
}
