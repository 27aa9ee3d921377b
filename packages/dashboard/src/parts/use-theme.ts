import { useEffect, useState } from 'preact/hooks';
import { keep, kept } from '../local.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const CHANGED = 'adit-theme';

/** The theme that is shown now: a chosen one, or that of the system. Changes with either. */
export function useTheme(): string {
  const [theme, setTheme] = useState(themeNow);
  useEffect(() => {
    const read = () => setTheme(themeNow());
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', read);
    window.addEventListener(CHANGED, read);
    return () => {
      system.removeEventListener('change', read);
      window.removeEventListener(CHANGED, read);
    };
  }, []);
  return theme;
}

/** What the reader chose. */
export function chosenTheme(): Theme {
  const theme = kept('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

export function chooseTheme(theme: Theme): void {
  keep('theme', theme === 'auto' ? undefined : theme);
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  window.dispatchEvent(new Event(CHANGED));
}

function themeNow(): string {
  const theme = chosenTheme();
  if (theme !== 'auto') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
