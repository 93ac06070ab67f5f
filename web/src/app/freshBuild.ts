/**
 * A page that was opened before the server was updated asks for parts that are no longer there. Loading it again brings
 * the new one; drafts are kept, and answers go on without it. Not more than once a minute, in case something else is wrong.
 */
const AGAIN_AFTER_MS = 60_000;
const NAME = "homespun.reloaded-at";

export function reloadWhenOutdated(): void {
  window.addEventListener("vite:preloadError", () => {
    const last = Number(sessionStorage.getItem(NAME) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) return;
    sessionStorage.setItem(NAME, String(Date.now()));
    location.reload();
  });
}
