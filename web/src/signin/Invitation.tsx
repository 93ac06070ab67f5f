/** Accepting an invitation: as somebody new, or as who one is here already. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { acceptInvitation, lookAtInvitation, signIn } from "../api/signIn";
import type { Me } from "../api/types";
import { useSignInWords } from "../i18n/signin";
import { Form } from "../layout/Form";
import { Blank, useProblemText } from "../layout/Loaded";
import { useSubmit } from "../layout/useSubmit";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { Words } from "./SignIn";
import { useEntered } from "./useEntered";

interface InvitationProps {
  token: string;
  present: Me | null;
  onDone: () => void;
}

export function Invitation({ token, present, onDone }: InvitationProps) {
  const words = useSignInWords();
  const isKnown = present !== null && present.kind === "person";
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) => lookAtInvitation(token, signal),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (invitation.isPending) return <Blank />;
  if (invitation.isError) return <Gone error={invitation.error} onDone={onDone} />;
  return (
    <Words title={words.invitedTitle}>
      {isKnown ? (
        <AcceptAs me={present} token={token} onDone={onDone} />
      ) : (
        <AcceptAnew token={token} onDone={onDone} />
      )}
    </Words>
  );
}

/** Used, revoked or too old: there are other ways in. */
function Gone({ error, onDone }: { error: unknown; onDone: () => void }) {
  const words = useSignInWords();
  const why = useProblemText(error);
  return (
    <Words title={words.invitationGone}>
      <p>{why}</p>
      <p>
        <Button look="solid" onClick={onDone}>
          {words.otherWays}
        </Button>
      </p>
    </Words>
  );
}

function AcceptAnew({ token, onDone }: Omit<InvitationProps, "present">) {
  const words = useSignInWords();
  const entered = useEntered(onDone);
  const [name, setName] = useState("");
  const accept = useSubmit(signIn, { fields: ["name"], onDone: entered });
  return (
    <>
      <p>{words.invitedLead}</p>
      <Form
        action={words.accept}
        busy={accept.busy}
        error={accept.error}
        disabled={name.trim() === ""}
        onSubmit={() => accept.submit({ invitation: token, name: name.trim() })}
      >
        <TextField
          label={words.yourName}
          error={accept.errorAt("name")}
          value={name}
          onChange={setName}
          autoComplete="name"
          maxLength={100}
        />
      </Form>
    </>
  );
}

function AcceptAs({ me, token, onDone }: { me: Me; token: string; onDone: () => void }) {
  const words = useSignInWords();
  const entered = useEntered(onDone);
  const accept = useSubmit(acceptInvitation, { onDone: entered });
  return (
    <Form
      action={words.acceptAs(me.name)}
      busy={accept.busy}
      error={accept.error}
      onSubmit={() => accept.submit(token)}
      also={<Button onClick={() => void entered()}>{words.notNow}</Button>}
    >
      {null}
    </Form>
  );
}
