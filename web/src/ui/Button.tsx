import type { ComponentProps } from "react";
import styles from "./Button.module.css";

interface ButtonProps extends ComponentProps<"button"> {
  look?: "solid" | "outline" | "quiet" | "danger";
  size?: "regular" | "small";
}

export function Button({
  look = "outline",
  size = "regular",
  className,
  type = "button",
  ...rest
}: ButtonProps) {
  const classes = [styles.button, styles[look], size === "small" && styles.small, className];
  return <button type={type} className={classes.filter(Boolean).join(" ")} {...rest} />;
}
