import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { type Books, type EngineHealth, fetchBooks, fetchHealth, type Health } from "../api/console";
import type { Me } from "../api/types";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Page, Section } from "../layout/Page";
import { Listing } from "../ui/Listing";
import { Sentence } from "../ui/Sentence";
import { Tag } from "../ui/Tag";
import { booksCondition, type Condition, databaseCondition, engineCondition, worst } from "./condition";
import styles from "./HealthPage.module.css";

const LOOKS_EVERY_MS = 5_000;

export function HealthPage({ me }: { me: Me }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const isOwner = me.role === "owner";
  const health = useQuery({
    queryKey: ["console", "health"],
    queryFn: ({ signal }) => fetchHealth(signal),
    refetchInterval: LOOKS_EVERY_MS,
  });
  // The books are the owners' alone.
  const books = useQuery({
    queryKey: ["console", "books"],
    queryFn: ({ signal }) => fetchBooks(signal),
    refetchInterval: LOOKS_EVERY_MS,
    enabled: isOwner,
  });
  return (
    <Page title={pages.health} lead={words.healthLead}>
      <Loaded query={health}>
        {(loaded) => (
          <>
            <Verdict health={loaded} books={books.data} />
            <Section title={words.engines}>
              <ul className={styles.parts}>
                {loaded.engines.map((engine) => (
                  <Engine key={engine.model} engine={engine} />
                ))}
              </ul>
            </Section>
            <Section title={words.database}>
              <Database health={loaded} />
            </Section>
            {isOwner && (
              <Section title={words.books} lead={words.booksLead}>
                <Loaded query={books}>{(found) => <BooksState books={found} />}</Loaded>
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Verdict({ health, books }: { health: Health; books: Books | undefined }) {
  const words = useConsoleWords();
  const condition = worst([
    ...health.engines.map(engineCondition),
    databaseCondition(health.database),
    ...(books === undefined ? [] : [booksCondition(books)]),
  ]);
  const text = { well: words.allWell, care: words.someTrouble, trouble: words.muchTrouble }[condition];
  const Icon = { well: CircleCheck, care: TriangleAlert, trouble: CircleAlert }[condition];
  return (
    <p className={styles.verdict} data-condition={condition} role="status">
      <Icon aria-hidden />
      {text}
      <small>
        {words.version} {health.version}
      </small>
    </p>
  );
}

function Part({ condition, children }: { condition: Condition; children: ReactNode }) {
  return (
    <li className={styles.part} data-condition={condition}>
      {children}
    </li>
  );
}

const TONES = { well: "moss", care: "weld", trouble: "madder" } as const;

function Engine({ engine }: { engine: EngineHealth }) {
  const words = useConsoleWords();
  const format = useFormat();
  const condition = engineCondition(engine);
  const states: Readonly<Record<string, string>> = {
    starting: words.stateStarting,
    ready: words.stateReady,
    restarting: words.stateRestarting,
    failed: words.stateFailed,
    stopped: words.stateStopped,
  };
  return (
    <Part condition={condition}>
      <p className={styles.name}>
        <strong>{engine.model}</strong>
        <Tag tone={TONES[condition]}>{states[engine.state] ?? engine.state}</Tag>
      </p>
      {engine.problem !== null && (
        <p className={styles.problem}>
          <Sentence text={engine.problem} />
        </p>
      )}
      <dl className={styles.numbers}>
        {[
          [words.running, format.count(engine.running)],
          [words.waiting, format.count(engine.waiting)],
          [words.restarts, format.count(engine.restarts)],
        ].map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Database({ health: { database } }: { health: Health }) {
  const words = useConsoleWords();
  const format = useFormat();
  return (
    <>
      {database.problem !== "" && (
        <p className={styles.problem}>
          <Sentence text={database.problem} />
        </p>
      )}
      <Listing
        rows={[
          [words.databaseKind, database.server],
          [words.databaseSize, format.bytes(database.size_bytes)],
          [words.databaseRevision, database.revision ?? "–"],
          [words.clockAhead, `${database.clock_ahead_s.toFixed(1)} s`],
        ]}
      />
    </>
  );
}

function BooksState({ books }: { books: Books }) {
  const words = useConsoleWords();
  const format = useFormat();
  const checked =
    books.checked_at === null ? words.booksNotYet : words.booksChecked(format.ago(books.checked_at));
  return (
    <ul className={styles.parts}>
      <Part condition={booksCondition(books)}>
        <p className={styles.name}>
          <strong>
            {books.findings.length === 0
              ? words.booksFine
              : words.booksWrong(format.count(books.findings.length))}
          </strong>
          <Tag tone={TONES[booksCondition(books)]}>{checked}</Tag>
        </p>
        {books.findings.map(({ subject, problem }) => (
          <p key={`${subject} ${problem}`} className={styles.problem}>
            <code>{subject}</code>: {problem}
          </p>
        ))}
        <p className={styles.how}>
          <Sentence text={words.booksHow} />
        </p>
      </Part>
    </ul>
  );
}
