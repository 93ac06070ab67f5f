/** The pages of those who look after the installation; loaded when one of them is opened. */

import { ShieldAlert } from "lucide-react";
import type { Me } from "../api/types";
import type { Route } from "../app/router";
import { usePagesWords } from "../i18n/pages";
import { Empty } from "../layout/Page";
import { PagesFrame } from "../layout/PagesFrame";

interface ConsolePagesProps {
  me: Me;
  route: Route & { page: "console" };
}

export default function ConsolePages({ me, route }: ConsolePagesProps) {
  const words = usePagesWords();
  return (
    <PagesFrame me={me} route={route}>
      {me.is_admin ? null : <Empty icon={ShieldAlert} title={words.notForYou} />}
    </PagesFrame>
  );
}
