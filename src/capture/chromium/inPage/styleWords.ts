/// <reference lib="dom" />
import type { PageRoots } from './roots';

/** Where in a page's styles there may be what {@link findUndrawable} looks for. */
export interface StyleWords {
  /** Whether any element may be styled so: by style sheets, or by custom properties. */
  areAnywhere(): boolean;
  /** The elements that are styled so by themselves, or animated by a script. */
  elements(): Element[];
}

/**
 * Runs in the page, before its own scripts: knows from the texts of styles which elements need not be asked. To ask all of them
 * for their computed styles would take longer than many pages take for a frame. What changes a style sheet without changing
 * its text has all of them asked from then on.
 */
export function watchStyleWords(roots: PageRoots): StyleWords {
  const WORDS =
    /3d|perspective|rotate[xy]|[a-z]z\s*\(|backface|backdrop|(?:rotate|translate|scale)\s*:|fixed|overflow[^;}]*(?:auto|scroll)/i;
  const known = new WeakMap<CSSStyleSheet, { version: number; rules: number; isFound: boolean }>();
  let version = 0;
  let isEverywhere = false;

  const after = (owner: object, names: readonly string[], then: () => void) => {
    const methods = owner as Record<string, (...args: unknown[]) => unknown>;
    for (const name of names) {
      const method = methods[name];
      if (typeof method !== 'function') continue;
      methods[name] = function (...args) {
        then();
        return method.apply(this, args);
      };
    }
  };
  const changed = () => {
    version += 1;
  };
  const lost = () => {
    isEverywhere = true;
  };
  after(CSSStyleSheet.prototype, ['insertRule', 'addRule', 'replaceSync'], changed);
  after(CSSStyleSheet.prototype, ['replace'], lost); // It is done later.
  after(CSSGroupingRule.prototype, ['insertRule'], changed);
  after(CSSStyleRule.prototype, ['insertRule'], changed);
  after(CSSKeyframesRule.prototype, ['appendRule'], changed);
  after(CSS, ['registerProperty'], lost);
  for (const { prototype } of [CSSStyleRule, CSSKeyframeRule]) {
    for (const name of ['style', 'styleMap']) {
      const accessor = Object.getOwnPropertyDescriptor(prototype, name);
      if (!accessor?.get) continue;
      const get = accessor.get;
      Object.defineProperty(prototype, name, {
        ...accessor,
        get(this: CSSRule) {
          lost();
          return get.call(this);
        },
      });
    }
  }

  const isFoundIn = (sheet: CSSStyleSheet): boolean => {
    try {
      const rules = sheet.cssRules.length;
      const before = known.get(sheet);
      if (before?.version === version && before.rules === rules) return before.isFound;
      const isFound = [...sheet.cssRules].some(
        (rule) => rule instanceof CSSImportRule || WORDS.test(rule.cssText),
      );
      known.set(sheet, { version, rules, isFound });
      return isFound;
    } catch {
      return true; // Of another origin: its text is not ours to read.
    }
  };

  const styled = (): [Element, string][] =>
    roots
      .query('[style]')
      .map((element): [Element, string] => [element, element.getAttribute('style') ?? ''])
      .filter(([, text]) => WORDS.test(text));

  const animated = () =>
    roots
      .list()
      .flatMap((root) => root.getAnimations())
      .filter((animation) => !(animation instanceof CSSAnimation || animation instanceof CSSTransition))
      .flatMap(({ effect }) => (effect instanceof KeyframeEffect && effect.target ? [effect.target] : []));

  return {
    areAnywhere: () =>
      isEverywhere ||
      roots.list().some((root) => [...root.styleSheets, ...root.adoptedStyleSheets].some(isFoundIn)) ||
      styled().some(([, text]) => text.includes('--')),
    elements: () => [...new Set([...styled().map(([element]) => element), ...animated()])],
  };
}
