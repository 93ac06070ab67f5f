/** The pages of those who look after the installation; loaded when one of them is opened. */
import { ShieldAlert } from "lucide-react";
import type { Me } from "../api/types";
import type { ConsoleSection, Route } from "../app/router";
import { usePagesWords } from "../i18n/pages";
import { Empty } from "../layout/Page";
import { PagesFrame } from "../layout/PagesFrame";
import { sectionGroups } from "../layout/sections";
import { AvailabilityPage } from "./AvailabilityPage";
import { BalancesPage } from "./BalancesPage";
import { HealthPage } from "./HealthPage";
import { IncomePage } from "./IncomePage";
import { ImprovementPage } from "./improvements/ImprovementPage";
import { ImprovementsPage } from "./improvements/ImprovementsPage";
import { KeysPage } from "./KeysPage";
import { PeoplePage } from "./PeoplePage";
import { PersonPage } from "./PersonPage";
import { PlansPage } from "./PlansPage";
import { ReleasePage } from "./releases/ReleasePage";
import { ReleasesPage } from "./releases/ReleasesPage";
import { SettingsPage } from "./SettingsPage";
import { TeamsPage } from "./TeamsPage";
import { UsagePage } from "./UsagePage";
import { VoucherBatchPage } from "./VoucherBatchPage";
import { VouchersPage } from "./VouchersPage";
import { WalletPage } from "./WalletPage";

interface ConsolePagesProps {
  me: Me;
  route: Route & { page: "console" };
}

export default function ConsolePages({ me, route }: ConsolePagesProps) {
  const words = usePagesWords();
  const section = route.section ?? "people";
  const isTheirs = sectionGroups(words, me)
    .find(({ page }) => page === "console")
    ?.items.some((item) => item.section === section);
  return (
    <PagesFrame me={me} route={route}>
      {isTheirs ? (
        <Section me={me} section={section} id={route.id} />
      ) : (
        <Empty icon={ShieldAlert} title={words.notForYou} />
      )}
    </PagesFrame>
  );
}

function Section({ me, section, id }: { me: Me; section: ConsoleSection; id: string | null }) {
  switch (section) {
    case "people":
      return id === null ? <PeoplePage me={me} /> : <PersonPage key={id} me={me} id={id} />;
    case "teams":
      return <TeamsPage me={me} id={id} />;
    case "keys":
      return <KeysPage />;
    case "availability":
      return <AvailabilityPage me={me} />;
    case "plans":
      return <PlansPage />;
    case "vouchers":
      return id === null ? <VouchersPage /> : <VoucherBatchPage key={id} id={id} />;
    case "balances":
      return id === null ? <BalancesPage /> : <WalletPage key={id} holderId={id} />;
    case "usage":
      return <UsagePage />;
    case "income":
      return <IncomePage />;
    case "releases":
      return id === null ? <ReleasesPage /> : <ReleasePage key={id} id={id} />;
    case "improvements":
      return id === null ? <ImprovementsPage /> : <ImprovementPage key={id} id={id} />;
    case "health":
      return <HealthPage me={me} />;
    case "settings":
      return <SettingsPage />;
  }
}
