/** The pages of the person who is signed in; loaded when one of them is opened. */
import type { Me } from "../api/types";
import type { AccountSection, Route } from "../app/router";
import { PagesFrame } from "../layout/PagesFrame";
import { BalancePage } from "./BalancePage";
import { KeysPage } from "./KeysPage";
import { ProfilePage } from "./ProfilePage";
import { SessionsPage } from "./SessionsPage";
import { SignInPage } from "./SignInPage";
import { UsagePage } from "./UsagePage";

interface AccountPagesProps {
  me: Me;
  route: Route & { page: "account" };
}

export default function AccountPages({ me, route }: AccountPagesProps) {
  return (
    <PagesFrame me={me} route={route}>
      <Section me={me} section={route.section ?? "profile"} />
    </PagesFrame>
  );
}

function Section({ me, section }: { me: Me; section: AccountSection }) {
  switch (section) {
    case "profile":
      return <ProfilePage me={me} />;
    case "usage":
      return <UsagePage />;
    case "balance":
      return <BalancePage />;
    case "keys":
      return <KeysPage me={me} />;
    case "sign-in":
      return <SignInPage me={me} />;
    case "sessions":
      return <SessionsPage />;
  }
}
