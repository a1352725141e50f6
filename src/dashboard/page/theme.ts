import { useEffect, useState } from 'preact/hooks';

const NAMES = [
  'text',
  'faint',
  'line',
  'seek',
  'wait',
  'picture',
  'transfer',
  'failed',
  'written',
  'waiting',
  'capturing',
  'surface',
] as const;

/** Colours for what is drawn and not styled. */
export type Theme = Record<(typeof NAMES)[number], string>;

/** The style sheet's colours, and again when the system goes from light to dark. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const change = () => setTheme(readTheme());
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return theme;
}

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Theme;
}
