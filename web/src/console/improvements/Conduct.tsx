/** Stops an improvement, or goes on with it. */
import { Play, Square } from "lucide-react";
import { useState } from "react";
import { goOn, type Improvement, stop } from "../../api/improvements";
import { useImprovementsWords } from "../../i18n/improvements";
import { useSubmit } from "../../layout/useSubmit";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Note } from "../../ui/Note";
import { Sentence } from "../../ui/Sentence";
import { useRefresh } from "../queries";
import { improvementKeys } from "./queries";

export function Conduct({ improvement: { id, goes_on, can_go_on } }: { improvement: Improvement }) {
  const words = useImprovementsWords();
  const refresh = useRefresh();
  const [asks, setAsks] = useState(false);
  const changed = { onDone: () => refresh(improvementKeys.all) };
  const stopping = useSubmit(stop, changed);
  const going = useSubmit(goOn, changed);
  const error = stopping.error ?? going.error;
  return (
    <>
      {goes_on && (
        <Button disabled={stopping.busy} onClick={() => setAsks(true)}>
          <Square aria-hidden />
          {words.stop}
        </Button>
      )}
      {can_go_on && (
        <Button look="solid" disabled={going.busy} onClick={() => going.submit(id)}>
          <Play aria-hidden />
          {words.goOn}
        </Button>
      )}
      {error !== null && (
        <Note tone="danger">
          <Sentence text={error} />
        </Note>
      )}
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title={words.stopTitle}
        text={words.stopText}
        confirm={words.stop}
        onConfirm={() => stopping.submit(id)}
      />
    </>
  );
}
