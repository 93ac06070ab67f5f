// Runs before the first paint, so that nobody who chose a theme sees the other one flash. The app takes over from here.
try {
  const theme = localStorage.getItem("homespun.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's own theme is used.
}
