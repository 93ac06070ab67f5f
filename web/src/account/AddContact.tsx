import { Plus } from "lucide-react";
import { useState } from "react";
import { addContact, requestContactCode } from "../api/account";
import { useServices } from "../app/services";
import { keys } from "../conversation/cache";
import { useAccountWords } from "../i18n/account";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { usePreferences } from "../preferences/preferences";
import { useSignInOptions } from "../signin/useSignInOptions";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";

/** An address that is proved by a code; nothing where no codes are sent. */
export function AddContact() {
  const words = useAccountWords();
  const options = useSignInOptions();
  const [isOpen, setIsOpen] = useState(false);
  if (!options.data?.email_code && !options.data?.phone_code) return null;
  if (isOpen) return <Proof onClose={() => setIsOpen(false)} />;
  return (
    <p>
      <Button onClick={() => setIsOpen(true)}>
        <Plus aria-hidden />
        {words.addWay}
      </Button>
    </p>
  );
}

function Proof({ onClose }: { onClose: () => void }) {
  const { words: app, locale } = usePreferences();
  const words = useAccountWords();
  const { queries } = useServices();
  const [to, setTo] = useState("");
  const [code, setCode] = useState("");
  const request = useSubmit(requestContactCode, { fields: ["to"] });
  const add = useSubmit(addContact, {
    fields: ["code"],
    onDone: (me) => {
      queries.setQueryData(keys.me, me);
      onClose();
    },
  });
  const address = to.trim();
  return (
    <Form
      action={request.done ? words.add : words.sendCode}
      busy={request.busy || add.busy}
      error={request.error ?? add.error}
      disabled={address === "" || (request.done && code.trim() === "")}
      onSubmit={() =>
        request.done
          ? add.submit({ to: address, code: code.trim() })
          : request.submit({ to: address, locale })
      }
      also={<Button onClick={onClose}>{app.cancel}</Button>}
    >
      {request.done ? (
        <>
          <p role="status">{words.codeSent(address)}</p>
          <TextField
            label={words.code}
            error={add.errorAt("code")}
            value={code}
            onChange={setCode}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={10}
          />
        </>
      ) : (
        <TextField
          label={words.addWayTo}
          hint={words.addWayHint}
          error={request.errorAt("to")}
          value={to}
          onChange={setTo}
          autoCapitalize="off"
          spellCheck={false}
          maxLength={254}
        />
      )}
    </Form>
  );
}
