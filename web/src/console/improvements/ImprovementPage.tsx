/** One improvement: its steps, what it learned from, why it ended where it did, and its report. */
import { ArrowLeft, FileChartColumn } from "lucide-react";
import { type ImprovementDetails, reportPath } from "../../api/improvements";
import type { Examination } from "../../api/releases";
import { Link } from "../../app/Link";
import { consolePath } from "../../app/router";
import { useFormat } from "../../i18n/format";
import { useImprovementsWords } from "../../i18n/improvements";
import { problemDetails } from "../../i18n/problems";
import { useReleasesWords } from "../../i18n/releases";
import { Loaded } from "../../layout/Loaded";
import { Card, Facts, Page, Section, UpLink } from "../../layout/Page";
import { usePreferences } from "../../preferences/preferences";
import button from "../../ui/Button.module.css";
import { Note } from "../../ui/Note";
import { Sentence } from "../../ui/Sentence";
import { ExaminationSection } from "../releases/ExaminationSection";
import { useCardLanguage } from "../releases/useCardLanguage";
import { Conduct } from "./Conduct";
import { ImprovementTag } from "./ImprovementTag";
import { useImprovement } from "./queries";
import { StepList } from "./StepList";

export function ImprovementPage({ id }: { id: string }) {
  const words = useImprovementsWords();
  const improvement = useImprovement(id);
  return (
    <>
      <UpLink href={consolePath("improvements")} icon={<ArrowLeft aria-hidden />}>
        {words.back}
      </UpLink>
      <Loaded query={improvement}>{(loaded) => <Details details={loaded} />}</Loaded>
    </>
  );
}

function Details({ details }: { details: ImprovementDetails }) {
  const words = useImprovementsWords();
  const format = useFormat();
  const language = useCardLanguage();
  const { improvement, snapshot, card } = details;
  const { id, begun_at } = improvement;
  const outline = `${button.button} ${button.outline}`;
  return (
    <Page
      title={begun_at === null ? id : words.title(format.moment(begun_at))}
      lead={<ImprovementTag improvement={improvement} />}
      actions={
        <>
          <Conduct improvement={improvement} />
          {improvement.release_id !== null && (
            <Link href={consolePath("releases", improvement.release_id)} className={outline}>
              {words.toRelease}
            </Link>
          )}
          <a href={reportPath(id, language)} target="_blank" rel="noreferrer" className={outline}>
            <FileChartColumn aria-hidden />
            {words.report}
          </a>
        </>
      }
    >
      <Why details={details} />
      <Section title={words.progress}>
        <Card>
          <StepList improvement={improvement} />
        </Card>
      </Section>
      {snapshot !== null && <LearnsFrom snapshot={snapshot} />}
      {card !== null && <ExaminationSection examination={card} />}
    </Page>
  );
}

/** Why it ended where it did; nothing where it goes on or has come to something. */
function Why({ details: { improvement, card } }: { details: ImprovementDetails }) {
  const words = useImprovementsWords();
  const { locale } = usePreferences();
  const failed = useFailedSuites(card);
  const { state, failure } = improvement;
  if (state === "failed" && failure !== null)
    return (
      <Note tone="danger">
        <strong>{words.whyEarly}</strong>{" "}
        <Sentence text={problemDetails(failure.code, failure.message, locale)} />
      </Note>
    );
  if (state !== "rejected") return null;
  return (
    <Note tone="danger">
      {failed.length === 0 ? words.whyRejectedElse : words.whyRejected(failed.join(", "))}
    </Note>
  );
}

/** By their names in the reader's language. */
function useFailedSuites(card: Examination | null): string[] {
  const known = Object.entries(useReleasesWords().suites);
  const nameOf = (suite: string) => known.find(([name]) => name === suite)?.[1].name ?? suite;
  return (card?.suites ?? []).filter(({ verdict }) => verdict === "failed").map(({ name }) => nameOf(name));
}

function LearnsFrom({ snapshot }: { snapshot: NonNullable<ImprovementDetails["snapshot"]> }) {
  const words = useImprovementsWords();
  const format = useFormat();
  const names: Readonly<Record<string, string>> = {
    demonstrations: words.demonstrations,
    pairs: words.pairs,
    thumbs: words.thumbs,
  };
  const dropped = Object.values(snapshot.dropped).reduce((sum, count) => sum + count, 0);
  return (
    <Section title={words.learnsFrom}>
      <Facts
        facts={[
          ...Object.entries(snapshot.counts).map(([kind, { train, held_out }]) => ({
            label: names[kind] ?? kind,
            value: format.count(train + held_out),
            note: words.labels(format.count(train), format.count(held_out)),
          })),
          { label: words.people, value: format.count(snapshot.people) },
          { label: words.conversations, value: format.count(snapshot.conversations) },
          { label: words.leftOut, value: format.count(dropped) },
        ]}
      />
    </Section>
  );
}
