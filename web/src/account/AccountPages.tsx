/** The pages of the person who is signed in; loaded when one of them is opened. */
import type { Me } from "../api/types";
import type { AccountSection, Route } from "../app/router";
import { useAccountWords } from "../i18n/account";
import { PagesFrame } from "../layout/PagesFrame";
import { BetterAnswersPage } from "../learning/BetterAnswersPage";
import { LearningPage } from "../learning/LearningPage";
import { BalancePage } from "./BalancePage";
import { KeysPage } from "./KeysPage";
import { ProfilePage } from "./ProfilePage";
import { SessionsPage } from "./SessionsPage";
import { SignInFirst } from "./SignInFirst";
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
        <OfAVisitor me={me} section={route.section ?? "balance"} />
      ) : (
        <Section me={me} section={route.section ?? "profile"} id={route.id} />
      )}
    </PagesFrame>
  );
}

/** Whoever hasn't said who they are has no account yet; what they have been given is theirs to see. */
function OfAVisitor({ me, section }: { me: Me; section: AccountSection }) {
  const words = useAccountWords();
  if (section === "balance") return <BalancePage me={me} />;
  if (section === "learning") return <LearningPage />;
  return <SignInFirst title={words.visitorTitle} text={words.visitorText} />;
}

function Section({ me, section, id }: { me: Me; section: AccountSection; id: string | null }) {
  switch (section) {
    case "profile":
      return <ProfilePage me={me} />;
    case "usage":
      return <UsagePage />;
    case "balance":
      return <BalancePage me={me} />;
    case "keys":
      return <KeysPage me={me} />;
    case "teams":
      return id === null ? <TeamsPage me={me} /> : <TeamPage key={id} me={me} id={id} />;
    case "sign-in":
      return <SignInPage me={me} />;
    case "sessions":
      return <SessionsPage />;
    case "learning":
      return <LearningPage />;
    case "better-answers":
      return <BetterAnswersPage />;
  }
}
