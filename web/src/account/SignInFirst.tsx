import { LogIn } from "lucide-react";
import { Link } from "../app/Link";
import { useAccountWords } from "../i18n/account";
import { Empty } from "../layout/Page";
import button from "../ui/Button.module.css";

/** In place of what isn't for visitors: what it would be, and the way in. */
export function SignInFirst({ title, text }: { title: string; text: string }) {
  const words = useAccountWords();
  return (
    <Empty icon={LogIn} title={title} text={text}>
      <Link href="/sign-in" className={`${button.button} ${button.solid}`}>
        {words.visitorSignIn}
      </Link>
    </Empty>
  );
}
