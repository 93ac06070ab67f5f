import { useConsoleWords } from "../i18n/console";
import { Tag } from "../ui/Tag";
import type { VoucherState } from "./voucherState";

/** `open` is said in place of "good". */
export function VoucherTag({ state, open }: { state: VoucherState; open?: string }) {
  const words = useConsoleWords();
  switch (state) {
    case "open":
      return <Tag tone="moss">{open ?? words.voucherOpen}</Tag>;
    case "spent":
      return <Tag>{words.voucherSpent}</Tag>;
    case "revoked":
      return <Tag tone="madder">{words.invitationRevoked}</Tag>;
    case "expired":
      return <Tag>{words.voucherExpired}</Tag>;
  }
}
