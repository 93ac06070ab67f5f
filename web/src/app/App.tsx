import { QueryClientProvider } from "@tanstack/react-query";
import { Tooltip } from "radix-ui";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { asProblem } from "../api/problem";
import type { Me } from "../api/types";
import { useMe } from "../conversation/queries";
import { PreferencesProvider } from "../preferences/preferences";
import { Shell } from "../shell/Shell";
import type { Arrival } from "./arrival";
import { CrashBoundary } from "./CrashBoundary";
import { Offline, Opening } from "./Interim";
import { Nowhere } from "./Nowhere";
import { navigate, useRoute } from "./router";
import { type Services, ServicesProvider } from "./services";
import { Toaster } from "./Toaster";

// Each of these loads when somebody needs it; the chat doesn't.
const SignIn = lazy(() => import("../signin/SignIn"));
const AccountPages = lazy(() => import("../account/AccountPages"));
const ConsolePages = lazy(() => import("../console/ConsolePages"));

interface AppProps {
  services: Services;
  arrival: Arrival | null;
}

export function App({ services, arrival }: AppProps) {
  return (
    <PreferencesProvider>
      <CrashBoundary>
        <ServicesProvider value={services}>
          <QueryClientProvider client={services.queries}>
            <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
              <Suspense fallback={<Opening />}>
                <Entrance arrival={arrival} />
              </Suspense>
              <Toaster />
            </Tooltip.Provider>
          </QueryClientProvider>
        </ServicesProvider>
      </CrashBoundary>
    </PreferencesProvider>
  );
}

function Entrance({ arrival }: { arrival: Arrival | null }) {
  const me = useMe();
  const [brought, setBrought] = useState(arrival);
  const forget = useCallback(() => setBrought(null), []);
  const isNowhere = useRoute().page === "unknown";
  if (me.error !== null && asProblem(me.error).isSignedOut)
    return isNowhere ? <Nowhere /> : <SignIn arrival={brought} present={null} onSignedIn={forget} />;
  // A page that was open before the server fell silent stays: what is on it can still be read.
  if (me.data !== undefined) return <Inside me={me.data} arrival={brought} onArrived={forget} />;
  return me.isPending ? <Opening /> : <Offline retry={() => me.refetch()} />;
}

interface InsideProps {
  me: Me;
  arrival: Arrival | null;
  onArrived: () => void;
}

function Inside({ me, arrival, onArrived }: InsideProps) {
  const route = useRoute();
  const atTheDoor = route.page === "sign-in" && (me.kind === "visitor" || arrival?.kind === "invitation");
  const isLost = route.page === "sign-in" && !atTheDoor;
  useEffect(() => {
    if (isLost) navigate("/", { replace: true });
  }, [isLost]);
  if (atTheDoor) return <SignIn arrival={arrival} present={me} onSignedIn={onArrived} />;
  if (route.page === "account") return <AccountPages me={me} route={route} />;
  if (route.page === "console") return <ConsolePages me={me} route={route} />;
  return <Shell me={me} />;
}
