import { Check, Copy, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useWords } from "../preferences/preferences";
import { Button } from "./Button";
import { copyText } from "./copyText";
import { IconButton } from "./IconButton";

interface CopyButtonProps {
  text: string;
  label: string;
  /** Shows the label beside the icon. */
  withText?: boolean;
}

const SHOWN_MS = 1_600;

export function CopyButton({ text, label, withText = false }: CopyButtonProps) {
  const words = useWords();
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);

  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => setOutcome((await copyText(text)) ? "copied" : "failed");
  const shown = outcome === null ? label : outcome === "copied" ? words.copied : words.copyFailed;
  const Icon = outcome === null ? Copy : outcome === "copied" ? Check : X;

  return (
    <>
      {withText ? (
        <Button look="quiet" size="small" onClick={copy}>
          <Icon aria-hidden />
          {shown}
        </Button>
      ) : (
        <IconButton label={shown} onClick={copy} icon={<Icon />} />
      )}
      <span role="status" className="visually-hidden">
        {outcome === null ? "" : shown}
      </span>
    </>
  );
}
