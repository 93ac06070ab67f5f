import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { ApiKey } from "../api/account";
import type { Me } from "../api/types";
import { useAccountWords } from "../i18n/account";
import { usePagesWords } from "../i18n/pages";
import { Empty, Page } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { CheckField } from "../ui/Field";
import { SecretDialog } from "../ui/SecretDialog";
import { isOver, KeyTable } from "./KeyTable";
import { NewKeyPanel } from "./NewKeyPanel";
import { useKeys, useKeysChanged, useRevokeKey } from "./queries";

export function KeysPage({ me }: { me: Me }) {
  const words = useAccountWords();
  const pages = usePagesWords();
  const keys = useKeys();
  const changed = useKeysChanged();
  const [makes, setMakes] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const create = (
    <Button look="solid" onClick={() => setMakes(true)}>
      <Plus aria-hidden />
      {words.newKey}
    </Button>
  );

  return (
    <Page
      title={pages.myKeys}
      lead={words.keysLead}
      actions={(keys.data?.pages[0]?.keys.length ?? 0) > 0 && create}
    >
      <Paged
        query={keys}
        rowsOf={(page) => page.keys}
        empty={
          <Empty icon={KeyRound} title={words.noKeys} text={words.noKeysText}>
            {create}
          </Empty>
        }
      >
        {(loaded) => <Keys keys={loaded} />}
      </Paged>
      {makes && (
        <NewKeyPanel
          mayAdminister={me.is_admin}
          onClose={() => setMakes(false)}
          onMade={(made) => {
            setMakes(false);
            setSecret(made.secret);
            void changed();
          }}
        />
      )}
      <SecretDialog title={words.keyMade} secret={secret} onClose={() => setSecret(null)} />
    </Page>
  );
}

function Keys({ keys }: { keys: ApiKey[] }) {
  const words = useAccountWords();
  const pages = usePagesWords();
  const revoke = useRevokeKey();
  const [showsPast, setShowsPast] = useState(false);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  const past = keys.filter(isOver);
  return (
    <div>
      <KeyTable
        label={pages.myKeys}
        keys={showsPast ? keys : keys.filter((key) => !isOver(key))}
        onRevoke={setEnding}
      />
      {past.length > 0 && (
        <div style={{ marginTop: "1rem" }}>
          <CheckField label={words.showRevoked} checked={showsPast} onChange={setShowsPast} />
        </div>
      )}
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => open || setEnding(null)}
        title={words.revokeTitle}
        text={words.revokeText(ending?.name ?? "")}
        confirm={words.revoke}
        onConfirm={() => ending && revoke.mutate(ending.id)}
      />
    </div>
  );
}
