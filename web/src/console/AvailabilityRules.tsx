import { useMutation } from "@tanstack/react-query";
import { Ellipsis, Globe, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import {
  type AvailabilityRule,
  type AvailabilityRules as Known,
  removeRule,
  type Verdict,
} from "../api/availability";
import { EVERYWHERE, UNKNOWN_COUNTRY, useAvailabilityWords, useCountryName } from "../i18n/availability";
import { usePagesWords } from "../i18n/pages";
import { Empty, Named, Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { type Column, DataTable } from "../ui/DataTable";
import { IconButton } from "../ui/IconButton";
import { Menu, MenuItem } from "../ui/Menu";
import { Note } from "../ui/Note";
import { Sentence } from "../ui/Sentence";
import { Tag } from "../ui/Tag";
import styles from "./AvailabilityRules.module.css";
import { consoleKeys, usePersonalRules, useRefresh } from "./queries";
import { RulePanel } from "./RulePanel";
import { ruleKey, useAudienceName } from "./ruleNames";

interface AvailabilityRulesProps {
  known: Known;
  mayChange: boolean;
}

export function AvailabilityRules({ known, mayChange }: AvailabilityRulesProps) {
  const words = useAvailabilityWords();
  const [edited, setEdited] = useState<AvailabilityRule | "new" | null>(null);
  const personal = usePersonalRules();
  const isNone = known.rules.length === 0 && personal.data?.pages[0]?.rules.length === 0;
  const create = mayChange && (
    <Button onClick={() => setEdited("new")}>
      <Plus aria-hidden />
      {words.newRule}
    </Button>
  );
  const onEdit = mayChange ? setEdited : null;
  return (
    <Section
      title={words.rules}
      lead={mayChange ? words.rulesLead : words.forOwners}
      actions={!isNone && create}
    >
      {needsCountries(known) && (
        <Note tone="care">
          <strong>{words.noCountries}</strong> <Sentence text={words.noCountriesRemedy} />
        </Note>
      )}
      {isNone && (
        <Empty icon={Globe} title={words.noRules} text={words.noRulesText}>
          {create}
        </Empty>
      )}
      {known.rules.length > 0 && <RuleTable label={words.rules} rules={known.rules} onEdit={onEdit} />}
      <Paged query={personal} rowsOf={(page) => page.rules} empty={null}>
        {(rows) => (
          <>
            <h3 className={styles.subtitle}>{words.personal}</h3>
            <RuleTable label={words.personal} rules={rows} onEdit={onEdit} />
          </>
        )}
      </Paged>
      {edited !== null && (
        <RulePanel
          rule={edited === "new" ? null : edited}
          countries={known.countries}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  );
}

function needsCountries({ rules, tells_countries }: Known): boolean {
  return !tells_countries && rules.some(({ country }) => ![EVERYWHERE, UNKNOWN_COUNTRY].includes(country));
}

interface RuleTableProps {
  label: string;
  rules: readonly AvailabilityRule[];
  /** null: they may only look. */
  onEdit: ((rule: AvailabilityRule) => void) | null;
}

function RuleTable({ label, rules, onEdit }: RuleTableProps) {
  const words = useAvailabilityWords();
  const countryName = useCountryName();
  const audienceName = useAudienceName();
  const [ending, setEnding] = useState<AvailabilityRule | null>(null);
  const columns: Column<AvailabilityRule>[] = [
    { key: "whom", header: words.forWhom, cell: (rule) => <Named {...audienceName(rule)} /> },
    { key: "where", header: words.where, cell: ({ country }) => countryName(country) },
    { key: "verdict", header: words.verdict, cell: ({ verdict }) => <VerdictTag verdict={verdict} /> },
    { key: "told", header: words.toldThem, cell: (rule) => <Told rule={rule} /> },
  ];
  if (onEdit) {
    columns.push({
      key: "options",
      header: "",
      align: "end",
      cell: (rule) => <RuleMenu rule={rule} onEdit={onEdit} onEnd={setEnding} />,
    });
  }
  return (
    <>
      <DataTable label={label} columns={columns} rows={rules} rowKey={ruleKey} />
      {ending !== null && <RemoveRule rule={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

function Told({ rule: { verdict, message_en, message_zh } }: { rule: AvailabilityRule }) {
  const words = useAvailabilityWords();
  const pages = usePagesWords();
  if (verdict === "allowed") return pages.none;
  if (message_en === "" && message_zh === "") return words.ourWords;
  return (
    <Named
      isPlain
      name={message_en && <span lang="en">{message_en}</span>}
      note={message_zh && <span lang="zh-Hans">{message_zh}</span>}
    />
  );
}

export function VerdictTag({ verdict }: { verdict: Verdict }) {
  const words = useAvailabilityWords();
  const tones = { allowed: "moss", refused: "madder", waiting: "weld" } as const;
  return <Tag tone={tones[verdict]}>{words[verdict]}</Tag>;
}

interface RuleMenuProps {
  rule: AvailabilityRule;
  onEdit: (rule: AvailabilityRule) => void;
  onEnd: (rule: AvailabilityRule) => void;
}

function RuleMenu({ rule, onEdit, onEnd }: RuleMenuProps) {
  const words = useAvailabilityWords();
  const pages = usePagesWords();
  const audienceName = useAudienceName();
  return (
    <Menu
      align="end"
      trigger={<IconButton label={pages.optionsFor(audienceName(rule).name)} icon={<Ellipsis />} />}
    >
      <MenuItem icon={<Pencil />} onSelect={() => onEdit(rule)}>
        {pages.edit}
      </MenuItem>
      <MenuItem danger icon={<Trash2 />} onSelect={() => onEnd(rule)}>
        {words.remove}
      </MenuItem>
    </Menu>
  );
}

function RemoveRule({ rule, onClose }: { rule: AvailabilityRule; onClose: () => void }) {
  const words = useAvailabilityWords();
  const refresh = useRefresh();
  const remove = useMutation({
    mutationFn: removeRule,
    onSettled: () => refresh(consoleKeys.availability),
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || onClose()}
      title={words.removeTitle}
      text={words.removeText}
      confirm={words.remove}
      onConfirm={() => remove.mutate(rule)}
    />
  );
}
