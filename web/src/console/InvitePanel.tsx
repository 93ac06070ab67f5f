import { useState } from "react";
import { invite, type MadeInvitation, type NewInvitation, type Role } from "../api/console";
import { useConsoleWords } from "../i18n/console";
import { usePagesWords } from "../i18n/pages";
import { roleName } from "../i18n/pages/names";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { usePreferences } from "../preferences/preferences";
import { useSignInOptions } from "../signin/useSignInOptions";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import { Panel } from "../ui/Panel";
import { SecretDialog } from "../ui/SecretDialog";
import { consoleKeys, useRefresh } from "./queries";

interface InvitePanelProps {
  /** Only owners make others owner or admin. */
  isOwner: boolean;
  onClose: () => void;
}

/** Invites to the installation. */
export function InvitePanel({ isOwner, onClose }: InvitePanelProps) {
  const pages = usePagesWords();
  const refresh = useRefresh();
  const roles = isOwner ? (["member", "admin", "owner"] as const) : (["member"] as const);
  return (
    <InviteForm<Role>
      roles={roles}
      rolesOf={(role) => roleName(pages, role)}
      send={(email, role, locale) => invite({ email, role, team_role: "member", locale })}
      onInvited={() => refresh(consoleKeys.invitations)}
      onClose={onClose}
    />
  );
}

interface InviteFormProps<R extends string> {
  roles: readonly [R, ...R[]];
  rolesOf: (role: R) => string;
  send: (email: string | null, role: R, locale: string) => Promise<MadeInvitation>;
  onInvited: () => unknown;
  onClose: () => void;
}

/** By e-mail, or by a link that is shown once. */
export function InviteForm<R extends string>({
  roles,
  rolesOf,
  send,
  onInvited,
  onClose,
}: InviteFormProps<R>) {
  const { words: app, locale } = usePreferences();
  const words = useConsoleWords();
  const options = useSignInOptions();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<R>(roles[0]);
  const [link, setLink] = useState<string | null>(null);
  const making = useSubmit((to: NewInvitation["email"]) => send(to ?? null, role, locale), {
    fields: ["email", "role"],
    onDone: ({ token }) => {
      if (token === null) onClose();
      else setLink(`${location.origin}/invitation#token=${token}`);
      return onInvited();
    },
  });
  return (
    <>
      <Panel
        open={link === null}
        onOpenChange={(open) => open || link !== null || onClose()}
        title={words.inviteTitle}
        lead={words.inviteLead}
      >
        <Form
          action={words.invite}
          busy={making.busy}
          error={making.error}
          onSubmit={() => making.submit(email.trim() || null)}
          also={<Button onClick={onClose}>{app.cancel}</Button>}
        >
          {options.data?.email_code && (
            <TextField
              label={words.inviteEmail}
              hint={words.inviteEmailHint}
              error={making.errorAt("email")}
              value={email}
              onChange={setEmail}
              inputMode="email"
              autoCapitalize="off"
              maxLength={254}
            />
          )}
          <SelectField
            label={words.inviteRole}
            error={making.errorAt("role")}
            value={role}
            options={roles.map((value) => ({ value, label: rolesOf(value) }))}
            onChange={setRole}
          />
        </Form>
      </Panel>
      <SecretDialog title={words.inviteLink} lead={words.inviteLinkLead} secret={link} onClose={onClose} />
    </>
  );
}
