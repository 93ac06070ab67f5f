/** The pages of the person who is signed in; loaded when one of them is opened. */
import { LogIn } from "lucide-react";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import type { AccountSection, Route } from "../app/router";
import { useAccountWords } from "../i18n/account";
import { Empty } from "../layout/Page";
import { PagesFrame } from "../layout/PagesFrame";
import button from "../ui/Button.module.css";
import { BalancePage } from "./BalancePage";
import { KeysPage } from "./KeysPage";
import { ProfilePage } from "./ProfilePage";
import { SessionsPage } from "./SessionsPage";
import { SignInPage } from "./SignInPage";
import { TeamPage, TeamsPage } from "./TeamsPage";
import { UsagePage } from "./UsagePage";

interface AccountPagesProps {
  me: Me;
  route: Route & { page: "account" };
}

export default function AccountPages({ me, route }: AccountPagesProps) {
  return (
    <PagesFrame me={me} route={route}>
      {me.kind === "visitor" ? (
        <OnlyAVisitor />
      ) : (
        <Section me={me} section={route.section ?? "profile"} id={route.id} />
      )}
    </PagesFrame>
  );
}

/** Whoever hasn't said who they are has no account yet. */
function OnlyAVisitor() {
  const words = useAccountWords();
  return (
    <Empty icon={LogIn} title={words.visitorTitle} text={words.visitorText}>
      <Link href="/sign-in" className={`${button.button} ${button.solid}`}>
        {words.visitorSignIn}
      </Link>
    </Empty>
  );
}

function Section({ me, section, id }: { me: Me; section: AccountSection; id: string | null }) {
  switch (section) {
    case "profile":
      return <ProfilePage me={me} />;
    case "usage":
      return <UsagePage />;
    case "balance":
      return <BalancePage />;
    case "keys":
      return <KeysPage me={me} />;
    case "teams":
      return id === null ? <TeamsPage me={me} /> : <TeamPage key={id} me={me} id={id} />;
    case "sign-in":
      return <SignInPage me={me} />;
    case "sessions":
      return <SessionsPage />;
  }
}
