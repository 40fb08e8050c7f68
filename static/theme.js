// The reader's own choice of theme, before the first paint; the system decides where there is none.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused here: the system decides.
}
