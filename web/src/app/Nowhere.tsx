import { useWords } from "../preferences/preferences";
import button from "../ui/Button.module.css";
import { Plain } from "./Interim";
import { Link } from "./Link";

/** What an address shows that leads to nothing, to anybody. The server answers it with 404. */
export function Nowhere() {
  const words = useWords();
  return (
    <Plain title={words.nowhereTitle} text={words.nowhereText}>
      <Link href="/" className={`${button.button} ${button.solid}`}>
        {words.toStart}
      </Link>
    </Plain>
  );
}
