/// <reference lib="dom" />

/** The document and every shadow tree in it: what a document tells of itself leaves these out. */
export interface PageRoots {
  /** Those that are in the document now. */
  list(): (Document | ShadowRoot)[];
  /** Every element in any of them that matches. */
  query<T extends Element>(selector: string): T[];
}

/** Runs in the page, before its own scripts: keeps closed shadow roots too. Declared ones must be open. */
export function trackRoots(): PageRoots {
  const shadows = new Set<ShadowRoot>();
  let isParsed = false;

  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    shadows.add(root);
    return root;
  };

  const findDeclared = (tree: ParentNode) => {
    for (const { shadowRoot } of tree.querySelectorAll('*')) {
      if (!shadowRoot) continue;
      shadows.add(shadowRoot);
      findDeclared(shadowRoot);
    }
  };

  const list = () => {
    if (!isParsed) findDeclared(document);
    isParsed = document.readyState === 'complete';
    return [document, ...[...shadows].filter(({ host }) => host.isConnected)];
  };

  return {
    list,
    query: <T extends Element>(selector: string) =>
      list().flatMap((root) => [...root.querySelectorAll<T>(selector)]),
  };
}
