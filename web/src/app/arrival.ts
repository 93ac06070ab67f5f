/** Takes the one-time token out of the address, at once, so that it stays in no history and no screenshot. */
export function takeSignInToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (location.pathname !== "/sign-in" || token === null || token === "") return null;
  history.replaceState(null, "", "/sign-in");
  return token;
}
