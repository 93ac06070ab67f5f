import type { ApiKey } from "../api/account";
import { useAccountWords } from "../i18n/account";
import type { AccountWords } from "../i18n/account/en";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Named } from "../layout/Page";
import { Button } from "../ui/Button";
import { type Column, DataTable } from "../ui/DataTable";
import { Tag } from "../ui/Tag";
import styles from "./KeyTable.module.css";
import { useCurrency } from "./useCurrency";

interface KeyTableProps {
  label: string;
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
  /** Columns between a key's name and what it may do. */
  also?: readonly Column<ApiKey>[];
}

export function isOver(key: ApiKey, now = Date.now()): boolean {
  return key.revoked_at !== null || (key.expires_at !== null && Date.parse(key.expires_at) <= now);
}

export function KeyTable({ label, keys, onRevoke, also = [] }: KeyTableProps) {
  const words = useAccountWords();
  const pages = usePagesWords();
  const format = useFormat();
  const limits = useLimits();
  const columns: Column<ApiKey>[] = [
    {
      key: "name",
      header: words.keyName,
      cell: (key) => <Named name={key.name} note={<code className={styles.prefix}>{key.prefix}…</code>} />,
    },
    ...also,
    {
      key: "may",
      header: words.keyMay,
      cell: (key) => <Named isPlain name={scopeNames(key, words)} note={limits(key)} />,
    },
    {
      key: "used",
      header: words.keyUsed,
      cell: (key) => (key.last_used_at === null ? words.neverUsed : format.ago(key.last_used_at)),
    },
    {
      key: "ends",
      header: words.keyEnds,
      cell: (key) => {
        if (key.revoked_at !== null) return <Tag tone="madder">{words.keyRevoked}</Tag>;
        if (isOver(key)) return <Tag>{words.keyExpired}</Tag>;
        return key.expires_at === null ? pages.never : format.date(key.expires_at);
      },
    },
    {
      key: "revoke",
      header: "",
      align: "end",
      cell: (key) =>
        isOver(key) ? null : (
          <Button
            size="small"
            look="quiet"
            aria-label={`${words.revoke}: ${key.name}`}
            onClick={() => onRevoke(key)}
          >
            {words.revoke}
          </Button>
        ),
    },
  ];
  return <DataTable label={label} columns={columns} rows={keys} rowKey={(key) => key.id} isPast={isOver} />;
}

function scopeNames(key: ApiKey, words: AccountWords): string {
  const names = {
    chat: words.scopeChat,
    models: words.scopeModels,
    usage: words.scopeUsage,
    fine_tuning: words.scopeFineTuning,
    admin: words.scopeAdmin,
  };
  return key.scopes.map((scope) => names[scope]).join(" · ");
}

/** What else limits a key: models, budget, networks. */
function useLimits(): (key: ApiKey) => string {
  const words = useAccountWords();
  const format = useFormat();
  const currency = useCurrency();
  return (key) => {
    const amount = key.budget && format.money({ micros: key.budget.micros, currency });
    const budget =
      amount && (key.budget?.period === "month" ? words.budgetMonth(amount) : words.budgetEver(amount));
    return [key.models.join(", "), budget, key.networks.join(", ")].filter(Boolean).join(" · ");
  };
}
