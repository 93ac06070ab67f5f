import { QueryClientProvider } from "@tanstack/react-query";
import { Tooltip } from "radix-ui";
import { useCallback, useState } from "react";
import { asProblem } from "../api/problem";
import { useMe } from "../conversation/queries";
import { PreferencesProvider } from "../preferences/preferences";
import { Shell } from "../shell/Shell";
import { SignIn } from "../signin/SignIn";
import { CrashBoundary } from "./CrashBoundary";
import { Offline, Opening } from "./Interim";
import { type Services, ServicesProvider } from "./services";
import { Toaster } from "./Toaster";

interface AppProps {
  services: Services;
  signInToken: string | null;
}

export function App({ services, signInToken }: AppProps) {
  return (
    <PreferencesProvider>
      <CrashBoundary>
        <ServicesProvider value={services}>
          <QueryClientProvider client={services.queries}>
            <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
              <Entrance signInToken={signInToken} />
              <Toaster />
            </Tooltip.Provider>
          </QueryClientProvider>
        </ServicesProvider>
      </CrashBoundary>
    </PreferencesProvider>
  );
}

function Entrance({ signInToken }: { signInToken: string | null }) {
  const me = useMe();
  const [token, setToken] = useState(signInToken);
  const forgetToken = useCallback(() => setToken(null), []);
  if (me.error !== null && asProblem(me.error).isSignedOut)
    return <SignIn token={token} onSignedIn={forgetToken} />;
  // A page that was open before the server fell silent stays: what is on it can still be read.
  if (me.data !== undefined) return <Shell me={me.data} />;
  return me.isPending ? <Opening /> : <Offline retry={() => me.refetch()} />;
}
