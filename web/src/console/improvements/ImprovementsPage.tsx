/** What there is to learn from, the improvement that goes on, and all that were. */
import { Plus, Sprout } from "lucide-react";
import { useState } from "react";
import type { Improvement, Improvements, Material } from "../../api/improvements";
import { Link } from "../../app/Link";
import { consolePath, navigate } from "../../app/router";
import { useFormat } from "../../i18n/format";
import { useImprovementsWords } from "../../i18n/improvements";
import { usePagesWords } from "../../i18n/pages";
import { problemDetails } from "../../i18n/problems";
import { Loaded } from "../../layout/Loaded";
import { Card, Empty, Facts, Named, Page, Section } from "../../layout/Page";
import { usePreferences } from "../../preferences/preferences";
import { Button } from "../../ui/Button";
import { type Column, DataTable } from "../../ui/DataTable";
import { Note } from "../../ui/Note";
import { Sentence } from "../../ui/Sentence";
import { BeginPanel } from "./BeginPanel";
import { Conduct } from "./Conduct";
import { ImprovementTag } from "./ImprovementTag";
import { useImprovements, useMaterial } from "./queries";
import { StepList } from "./StepList";

/** Of these some 15 are kept from training; an examination asks nothing of fewer than 12. */
const PAIRS_TO_SHOW = 100;

export function ImprovementsPage() {
  const words = useImprovementsWords();
  const pages = usePagesWords();
  const improvements = useImprovements();
  const material = useMaterial();
  return (
    <Page
      title={pages.improvements}
      lead={words.lead}
      actions={
        improvements.data && material.data && <Begin known={improvements.data} material={material.data} />
      }
    >
      <Section title={words.material}>
        <Loaded query={material}>{(found) => <WhatThereIs material={found} />}</Loaded>
      </Section>
      <Loaded query={improvements}>
        {(known) => (
          <>
            <Obstacle obstacle={known.obstacle} />
            <GoingOn improvement={known.improvements.find(({ goes_on }) => goes_on)} />
            <Section title={words.all}>
              <All improvements={known.improvements} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Nothing begins beside another, of too little, or where nothing can be trained: the page says which it is. */
function Begin({ known, material }: { known: Improvements; material: Material }) {
  const words = useImprovementsWords();
  const [opens, setOpens] = useState(false);
  const isFree = known.obstacle === null && !known.improvements.some(({ goes_on }) => goes_on);
  return (
    <>
      <Button look="solid" disabled={!isFree || !material.is_enough} onClick={() => setOpens(true)}>
        <Plus aria-hidden />
        {words.begin}
      </Button>
      {opens && (
        <BeginPanel
          material={material}
          onClose={() => setOpens(false)}
          onBegun={({ id }) => navigate(consolePath("improvements", id))}
        />
      )}
    </>
  );
}

function Obstacle({ obstacle }: { obstacle: Improvements["obstacle"] }) {
  const { locale } = usePreferences();
  if (obstacle === null) return null;
  return (
    <Note tone="care">
      <Sentence text={problemDetails(obstacle.code, obstacle.message, locale)} />
    </Note>
  );
}

function WhatThereIs({ material }: { material: Material }) {
  const words = useImprovementsWords();
  const format = useFormat();
  return (
    <>
      <Facts
        facts={[
          {
            label: words.demonstrations,
            value: format.count(material.demonstrations),
            note: words.ofNeeded(format.count(material.min_demonstrations)),
          },
          {
            label: words.pairs,
            value: format.count(material.pairs),
            note: words.ofNeeded(format.count(material.min_pairs)),
          },
          { label: words.thumbs, value: format.count(material.thumbs), note: words.thumbsNote },
          {
            label: words.people,
            value: format.count(material.people),
            note: words.consenting(format.count(material.consenting)),
          },
        ]}
      />
      <Outlook material={material} />
    </>
  );
}

/** What may come of it: enough to train on isn't enough to be told from chance. */
function Outlook({ material }: { material: Material }) {
  const words = useImprovementsWords();
  const format = useFormat();
  if (!material.is_counted) return <Note tone="calm">{words.stillCounting}</Note>;
  if (!material.is_enough) return <Note tone="care">{words.tooLittle}</Note>;
  if (material.pairs < PAIRS_TO_SHOW)
    return <Note tone="care">{words.enoughToTrain(format.count(PAIRS_TO_SHOW))}</Note>;
  return <Note tone="calm">{words.enough}</Note>;
}

function GoingOn({ improvement }: { improvement: Improvement | undefined }) {
  const words = useImprovementsWords();
  if (improvement === undefined) return null;
  return (
    <Section title={words.current} actions={<Conduct improvement={improvement} />}>
      <Card>
        <StepList improvement={improvement} />
      </Card>
    </Section>
  );
}

function All({ improvements }: { improvements: readonly Improvement[] }) {
  const words = useImprovementsWords();
  const format = useFormat();
  const columns: Column<Improvement>[] = [
    {
      key: "begun",
      header: words.begun,
      cell: ({ id, begun_at }) => (
        <Named
          name={
            <Link href={consolePath("improvements", id)}>
              {begun_at === null ? id : format.moment(begun_at)}
            </Link>
          }
        />
      ),
    },
    {
      key: "methods",
      header: words.methods,
      cell: ({ methods }) => methods.map((method) => method.toUpperCase()).join(" → "),
    },
    { key: "state", header: words.state, cell: (one) => <ImprovementTag improvement={one} /> },
    {
      key: "outcome",
      header: words.outcome,
      cell: (one) => <Outcome improvement={one} />,
    },
  ];
  if (improvements.length === 0) return <Empty icon={Sprout} title={words.none} text={words.noneText} />;
  return (
    <DataTable
      label={words.all}
      columns={columns}
      rows={improvements}
      rowKey={({ id }) => id}
      isPast={({ state }) => state === "rejected"}
    />
  );
}

function Outcome({ improvement: { release_id, state } }: { improvement: Improvement }) {
  const words = useImprovementsWords();
  if (release_id !== null) return <Link href={consolePath("releases", release_id)}>{words.toRelease}</Link>;
  return state === "rejected" ? words.championStays : words.nothing;
}
