import { FilmgateError } from '../errors';

/**
 * Checks that packages which Filmgate does without elsewhere are installed.
 *
 * @throws FilmgateError `PACKAGE_MISSING`
 */
export function needPackages(what: string, names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const packages = names.length === 1 ? 'the package' : 'the packages';
  const message = `${what} needs ${packages} ${names.join(', ')}: run npm install ${missing.join(' ')}`;
  throw new FilmgateError('PACKAGE_MISSING', message);
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
