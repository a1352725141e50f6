const hooks = new Set<() => void>();

/**
 * Has `hook` run if this process exits while something is still open (an uncaught error, `process.exit()`).
 * Returns how to call it off. The process has one listener, however many hooks there are.
 */
export function onProcessExit(hook: () => void): () => void {
  if (hooks.size === 0) process.on('exit', runHooks);
  hooks.add(hook);
  return () => {
    hooks.delete(hook);
    if (hooks.size === 0) process.off('exit', runHooks);
  };
}

function runHooks(): void {
  for (const hook of hooks) hook();
}
