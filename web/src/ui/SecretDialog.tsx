import { Download } from "lucide-react";
import { usePagesWords } from "../i18n/pages";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Dialog, DialogButtons } from "./Dialog";
import styles from "./Dialog.module.css";
import { downloadText } from "./downloadText";

interface SecretDialogProps {
  title: string;
  /** What was made; null: the dialog is closed. Several secrets stand on a line each. */
  secret: string | null;
  /** Said in place of "it can't be shown again". */
  lead?: string;
  /** Offers it as a file too. */
  file?: { name: string; text: string };
  onClose: () => void;
}

/** Shows a secret once. It stays until somebody says that they have it. */
export function SecretDialog({ title, secret, lead, file, onClose }: SecretDialogProps) {
  const words = usePagesWords();
  const several = secret?.includes("\n") ?? false;
  return (
    <Dialog
      open={secret !== null}
      onOpenChange={(open) => open || onClose()}
      title={title}
      stays
      lead={lead ?? words.copyNow}
    >
      <div className={styles.secret}>
        {several ? <pre>{secret}</pre> : <code>{secret}</code>}
        <CopyButton text={secret ?? ""} label={several ? words.copyAll : words.copyIt} />
      </div>
      <DialogButtons>
        {file && (
          <Button onClick={() => downloadText(file.name, file.text)}>
            <Download aria-hidden />
            {words.downloadText}
          </Button>
        )}
        <Button look="solid" onClick={onClose}>
          {words.iHaveIt}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
