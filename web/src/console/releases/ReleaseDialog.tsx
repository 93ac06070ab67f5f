/** Asks before a release comes among the people or leaves them, and why: that is kept in the book of its steps. */
import { useState } from "react";
import { promote, type Release, type Releases, retire, rollBack } from "../../api/releases";
import { useFormat } from "../../i18n/format";
import { useReleasesWords } from "../../i18n/releases";
import type { ReleasesWords } from "../../i18n/releases/en";
import { Form } from "../../layout/Form";
import { useSubmit } from "../../layout/useSubmit";
import { useWords } from "../../preferences/preferences";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { useRefresh } from "../queries";
import { releaseKeys } from "./queries";
import type { ReleaseAction } from "./releaseActions";

interface ReleaseDialogProps {
  action: ReleaseAction;
  release: Release;
  releases: Releases;
  onClose: () => void;
}

const MOST_CHARACTERS = 1000;

export function ReleaseDialog({ action, release, releases, onClose }: ReleaseDialogProps) {
  const app = useWords();
  const words = useReleasesWords();
  const format = useFormat();
  const refresh = useRefresh();
  const [why, setWhy] = useState("");
  const act = useSubmit((reason: string) => sent(action, release.id, reason), {
    onDone: () => {
      onClose();
      return refresh(releaseKeys.all);
    },
  });
  const { title, text } = said(
    words,
    action,
    release.name,
    format.percent(releases.shares[0] ?? 0),
    releases.shadow_answers > 0 ? words.shadowFirst(format.count(releases.shadow_answers)) : "",
  );
  return (
    <Dialog open onOpenChange={(open) => open || onClose()} title={title} lead={text}>
      <div style={{ marginTop: "1.25rem" }}>
        <Form
          action={words[action]}
          busy={act.busy}
          error={act.error}
          danger={action === "takeBack" || action === "rollBack" || action === "retire"}
          onSubmit={() => act.submit(why.trim())}
          also={<Button onClick={onClose}>{app.cancel}</Button>}
        >
          <TextField
            label={words.reason}
            hint={words.reasonHint}
            value={why}
            onChange={setWhy}
            maxLength={MOST_CHARACTERS}
          />
        </Form>
      </div>
    </Dialog>
  );
}

function sent(action: ReleaseAction, id: string, why: string) {
  switch (action) {
    case "gradually":
      return promote(id, { gradually: true, without_shadow: false, why });
    case "show":
      return promote(id, { gradually: true, without_shadow: true, why });
    case "promote":
      return promote(id, { gradually: false, without_shadow: false, why });
    case "retire":
      return retire(id, why);
    default:
      return rollBack(id, why);
  }
}

function said(words: ReleasesWords, action: ReleaseAction, name: string, share: string, first: string) {
  switch (action) {
    case "gradually":
      return { title: words.graduallyTitle(name), text: `${first} ${words.graduallyText(share)}`.trim() };
    case "show":
      return { title: words.showTitle(name), text: words.graduallyText(share) };
    case "promote":
      return { title: words.promoteTitle(name), text: words.promoteText };
    case "retire":
      return { title: words.retireTitle(name), text: words.retireText };
    case "takeBack":
      return { title: words.takeBackTitle(name), text: words.takeBackText };
    case "rollBack":
      return { title: words.rollBackTitle(name), text: words.rollBackText };
  }
}
