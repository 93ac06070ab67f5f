/** A panel beside the page: from the side on a desk, from below on a phone, where the thumb is. */
import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { useWords } from "../preferences/preferences";
import { focusItself } from "./focusItself";
import { IconButton } from "./IconButton";
import styles from "./Panel.module.css";

interface PanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  lead?: string;
  children: ReactNode;
  footer?: ReactNode;
}

export function Panel({ open, onOpenChange, title, lead, children, footer }: PanelProps) {
  const words = useWords();
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.veil} />
        <Dialog.Content
          className={styles.panel}
          onOpenAutoFocus={focusItself}
          {...(lead ? {} : { "aria-describedby": undefined })}
        >
          <header className={styles.head}>
            <div>
              <Dialog.Title className={styles.title}>{title}</Dialog.Title>
              {lead && <Dialog.Description className={styles.lead}>{lead}</Dialog.Description>}
            </div>
            <Dialog.Close asChild>
              <IconButton label={words.closeMenu} icon={<X />} />
            </Dialog.Close>
          </header>
          <div className={styles.body}>{children}</div>
          {footer && <footer className={styles.foot}>{footer}</footer>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
