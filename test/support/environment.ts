/** Sets environment variables for each test of a suite, after its folder has been made, and restores them after it. */
export function useEnvironment(variables: () => Readonly<Record<string, string | undefined>>): void {
  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = { ...process.env };
    setEnvironment(variables());
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    setEnvironment(before);
  });
}

/** Sets environment variables; undefined removes one. */
export function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
