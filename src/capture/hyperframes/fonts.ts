import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompiledDocument, findPackage, type HyperframesCore } from './core';

const GENERIC =
  'sans-serif|serif|monospace|cursive|fantasy|system-ui|ui-sans-serif|ui-serif|ui-monospace|emoji|math|fangsong|-apple-system|BlinkMacSystemFont';
const WEIGHTS = [400, 700, 900];
/** Weights that the package has and HyperFrames does not embed. */
const LEFT_OUT = ['source-code-pro-900', 'noto-sans-jp-900'];
// The part of each font that comes with HyperFrames: letters beyond it are taken from the machine's fonts.
const LATIN =
  'U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+2074, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD';

/**
 * Gives a page the fonts that HyperFrames embeds in it, from the packages `@fontsource/…` that the project or we have:
 * Inter for Arial, Helvetica and for a leading generic family, and so on. Returns which are missing, in words.
 */
export function embedFonts(core: HyperframesCore, document: CompiledDocument, project: string): string[] {
  const styles = [...document.querySelectorAll('style')];
  for (const style of styles) style.textContent = withLeadingInter(style.textContent ?? '');
  const styled = [...document.querySelectorAll('[style]')];
  for (const element of styled) {
    const css = element.getAttribute('style') ?? '';
    const better = withLeadingInter(css);
    if (better !== css) element.setAttribute('style', better);
  }

  const css = [
    ...styles.map(({ textContent }) => textContent),
    ...styled.map((one) => one.getAttribute('style')),
  ];
  const listed = [...document.querySelectorAll('[data-font-family]')].map((one) =>
    one.getAttribute('data-font-family'),
  );
  const own = declaredFaces(css.join('\n'));
  const wanted = familiesIn(css.join('\n'), listed.join(',')).filter(
    (family) => !own.has(family.toLowerCase()),
  );
  const faces: string[] = [];
  const missing = new Map<string, string[]>();
  for (const family of wanted) {
    const font = core.FONT_ALIAS_MAP[family.toLowerCase()];
    if (!font) continue;
    const found = facesOf(font, family, project);
    if (found.length > 0) faces.push(...found);
    else missing.set(font, [...(missing.get(font) ?? []), family]);
  }
  if (faces.length > 0) {
    const style = document.createElement('style');
    style.textContent = faces.join('\n');
    const last = [...document.querySelectorAll('style, link[rel~=stylesheet]')].at(-1);
    if (last) last.after(style);
    else document.head.append(style);
  }
  return [...missing].map(
    ([font, families]) =>
      `the font that HyperFrames embeds for ${families.join(', ')}: npm install @fontsource/${font} to have it`,
  );
}

/** A leading generic family means another font on every machine. */
function withLeadingInter(css: string): string {
  const leading = new RegExp(
    `((?:^|[;{\\s])(?:font-family|--[\\w-]+)\\s*:\\s*)(?=(?:${GENERIC})\\s*(?:[,;}!]|$))`,
    'gi',
  );
  return css
    .split(/(@font-face\s*\{[^}]*\})/i)
    .map((part) => (/^@font-face/i.test(part) ? part : part.replace(leading, '$1Inter, ')))
    .join('');
}

/** The families that the page asks for, each once, as they are first spelled. */
function familiesIn(css: string, listed: string): string[] {
  const properties = new Map(
    [...css.matchAll(/(--[\w-]+)\s*:\s*([^;}]*)/g)].map(([, name, value]) => [name, value]),
  );
  const resolved = (value: string, depth = 0): string =>
    depth > 8
      ? value
      : value.replace(/var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)/g, (_, name, fallback = '') =>
          resolved(properties.get(name) ?? fallback, depth + 1),
        );
  const outside = css.replace(/@font-face\s*\{[^}]*\}/gi, '');
  const lists = [...outside.matchAll(/font-family\s*:\s*([^;}]*)/gi)].map(([, list = '']) => resolved(list));
  const names = [...lists, listed]
    .flatMap((list) => list.replace(/!important/i, '').split(','))
    .map((name) =>
      name
        .replace(/&quot;/g, '"')
        .trim()
        .replace(/^["']|["']$/g, ''),
    );
  return [...new Map(names.reverse().map((name) => [name.toLowerCase(), name])).values()].reverse();
}

function declaredFaces(css: string): Set<string> {
  const faces = css.match(/@font-face\s*\{[^}]*\}/gi) ?? [];
  const names = faces.map((face) => /font-family\s*:\s*["']?([^;"'}]+)/i.exec(face)?.[1] ?? '');
  return new Set(names.map((name) => name.trim().toLowerCase()));
}

function facesOf(font: string, family: string, project: string): string[] {
  const folder = findPackage(`@fontsource/${font}`, project);
  if (!folder) return [];
  return WEIGHTS.filter((weight) => !LEFT_OUT.includes(`${font}-${weight}`))
    .map((weight) => ({ weight, file: join(folder, 'files', `${font}-latin-${weight}-normal.woff2`) }))
    .filter(({ file }) => existsSync(file))
    .map(({ weight, file }) => {
      const url = `data:font/woff2;base64,${readFileSync(file, 'base64')}`;
      return `@font-face { font-family: "${family}"; src: url("${url}") format("woff2"); font-weight: ${weight}; font-style: normal; font-display: block; unicode-range: ${LATIN} }`;
    });
}
