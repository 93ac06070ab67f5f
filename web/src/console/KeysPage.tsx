import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { KeyTable } from "../account/KeyTable";
import type { ApiKey } from "../api/account";
import { revokeAnyKey } from "../api/console";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useAccountWords } from "../i18n/account";
import { useConsoleWords } from "../i18n/console";
import { usePagesWords } from "../i18n/pages";
import { Empty, Page } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { consoleKeys, useAllKeys, useRefresh } from "./queries";

export function KeysPage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  return (
    <Page title={pages.keys} lead={words.keysLead}>
      <KeysOf />
    </Page>
  );
}

/** Everybody's keys, or one person's, the revoked ones too. */
export function KeysOf({ ownerId }: { ownerId?: string }) {
  const words = useConsoleWords();
  const account = useAccountWords();
  const pages = usePagesWords();
  const keys = useAllKeys(ownerId);
  const refresh = useRefresh();
  const [ending, setEnding] = useState<ApiKey | null>(null);
  const revoke = useMutation({ mutationFn: revokeAnyKey, onSettled: () => refresh(consoleKeys.keys) });
  const owners = Object.assign({}, ...(keys.data?.pages.map((page) => page.owners) ?? [])) as Record<
    string,
    string
  >;
  const owner = {
    key: "owner",
    header: words.owner,
    cell: (key: ApiKey) => (
      <Link href={consolePath("people", key.owner_id)}>{owners[key.owner_id] ?? key.owner_id}</Link>
    ),
  };
  return (
    <>
      <Paged
        query={keys}
        rowsOf={(page) => page.keys}
        empty={
          ownerId === undefined ? <Empty icon={KeyRound} title={words.noKeysYet} /> : <p>{words.noKeys}</p>
        }
      >
        {(rows) => (
          <KeyTable
            label={pages.keys}
            keys={rows}
            onRevoke={setEnding}
            also={ownerId === undefined ? [owner] : []}
          />
        )}
      </Paged>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => open || setEnding(null)}
        title={account.revokeTitle}
        text={account.revokeText(ending?.name ?? "")}
        confirm={account.revoke}
        onConfirm={() => ending && revoke.mutate(ending.id)}
      />
    </>
  );
}
