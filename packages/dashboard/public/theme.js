// Sets the theme before the first paint, so that it does not flash. The policy of the page allows no inline script.
try {
  const theme = localStorage.getItem('adit.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme holds.
}
