import { Tooltip } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import styles from "./IconButton.module.css";

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** Says what it does, to those who hover and to those who listen. */
  label: string;
  icon: ReactNode;
  shortcut?: string | undefined;
  side?: "top" | "bottom" | "right";
}

export function IconButton({ label, icon, shortcut, side = "bottom", className, ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          aria-label={label}
          className={[styles.button, className].filter(Boolean).join(" ")}
          {...rest}
        >
          {icon}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        {/* The button's own label already says it to screen readers. */}
        <Tooltip.Content className={styles.tip} side={side} sideOffset={6} collisionPadding={8} aria-hidden>
          {label}
          {shortcut && <kbd className={styles.shortcut}>{shortcut}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
