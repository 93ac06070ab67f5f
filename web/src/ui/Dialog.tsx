/** A dialog in the middle of the page, for what is short: a field or two, or a secret. */
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import confirm from "./ConfirmDialog.module.css";
import styles from "./Dialog.module.css";
import { focusItself } from "./focusItself";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  /** Ends only by its own buttons, not by a press beside it: what it shows is not shown again. */
  stays?: boolean;
}

export function Dialog({ open, onOpenChange, title, lead, children, stays = false }: DialogProps) {
  const keep = (event: Event) => stays && event.preventDefault();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={confirm.veil} />
        <Radix.Content
          className={`${confirm.dialog} ${styles.dialog}`}
          onOpenAutoFocus={focusItself}
          onPointerDownOutside={keep}
          onInteractOutside={keep}
          onEscapeKeyDown={keep}
          {...(lead ? {} : { "aria-describedby": undefined })}
        >
          <Radix.Title className={confirm.title}>{title}</Radix.Title>
          {lead && <Radix.Description className={confirm.text}>{lead}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The buttons at a dialog's foot. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className={confirm.buttons}>{children}</div>;
}
