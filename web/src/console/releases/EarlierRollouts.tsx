import type { Release, Rollout } from "../../api/releases";
import { Link } from "../../app/Link";
import { consolePath } from "../../app/router";
import { useFormat } from "../../i18n/format";
import { useReleasesWords } from "../../i18n/releases";
import { Named, Section } from "../../layout/Page";
import { type Column, DataTable } from "../../ui/DataTable";
import { Tag } from "../../ui/Tag";

interface EarlierRolloutsProps {
  rollouts: readonly Rollout[];
  releases: readonly Release[];
}

/** Trials that are over, and what their votes proved. */
export function EarlierRollouts({ rollouts, releases }: EarlierRolloutsProps) {
  const words = useReleasesWords();
  const format = useFormat();
  const name = (id: string) => releases.find((one) => one.id === id)?.name ?? id;
  const columns: Column<Rollout>[] = [
    {
      key: "candidate",
      header: words.release,
      cell: ({ candidate_id, champion_id }) => (
        <Named
          name={<Link href={consolePath("releases", candidate_id)}>{name(candidate_id)}</Link>}
          note={`${words.theChampion}: ${name(champion_id)}`}
        />
      ),
    },
    { key: "outcome", header: words.outcome, cell: ({ outcome }) => <OutcomeTag outcome={outcome} /> },
    { key: "share", header: words.reached, align: "end", cell: ({ share }) => format.percent(share) },
    { key: "votes", header: words.votes, align: "end", cell: ({ votes }) => format.count(votes) },
    {
      key: "wins",
      header: words.winsShort,
      align: "end",
      cell: ({ evidence }) => format.proof(evidence.wins),
    },
    {
      key: "harm",
      header: words.harmShort,
      align: "end",
      cell: ({ evidence }) => format.proof(evidence.harm),
    },
    {
      key: "ended",
      header: words.ended,
      cell: ({ ended_at }) => (ended_at === null ? "–" : format.moment(ended_at)),
    },
  ];
  if (rollouts.length === 0) return null;
  return (
    <Section title={words.earlier}>
      <DataTable label={words.earlier} columns={columns} rows={rollouts} rowKey={({ id }) => id} />
    </Section>
  );
}

function OutcomeTag({ outcome }: { outcome: Rollout["outcome"] }) {
  const words = useReleasesWords();
  switch (outcome) {
    case "promoted":
      return <Tag tone="moss">{words.promotedOutcome}</Tag>;
    case "rolled_back":
      return <Tag tone="madder">{words.takenBackOutcome}</Tag>;
    case "running":
      return <Tag tone="weld">{words.running}</Tag>;
  }
}
