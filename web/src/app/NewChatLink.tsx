import { useWords } from "../preferences/preferences";
import button from "../ui/Button.module.css";
import { Link } from "./Link";

/** The way on from a page that leads nowhere. */
export function NewChatLink() {
  const words = useWords();
  return (
    <Link href="/" className={`${button.button} ${button.solid}`}>
      {words.newChat}
    </Link>
  );
}
