import { availableParallelism, freemem, totalmem } from 'node:os';
import { CODECS, type FFmpeg, findFFmpeg } from '../../index';
import { failureOf } from '../failure';
import { type BrowserDiagnosis, diagnoseBrowser } from './browser';
import { installedVersion, OPTIONAL_PACKAGES } from './packages';

/** Something that is missing, and how to get it. */
export interface Missing {
  readonly what: string;
  readonly fix: string;
}

/** What this machine has for rendering. Memory is in bytes. */
export interface Diagnosis {
  /** Whether anything can be rendered at all. */
  readonly ready: boolean;
  readonly node: { readonly version: string; readonly ok: boolean };
  readonly ffmpeg:
    | {
        readonly path: string;
        readonly from: string;
        readonly version: string;
        /** The encoder that FFmpeg would use for each codec; null if it has none. */
        readonly codecs: Readonly<Record<string, string | null>>;
      }
    | { readonly error: { readonly code: string; readonly message: string } };
  readonly browser: BrowserDiagnosis;
  /** Versions of the optional packages that are installed. */
  readonly packages: Readonly<Record<string, string | null>>;
  readonly cores: number;
  readonly memory: { readonly total: number; readonly free: number };
  readonly missing: readonly Missing[];
}

const MINIMUM_NODE = [20, 19] as const;

/** Checks this machine. */
export async function diagnose(ffmpegOption?: string, browserOption?: string): Promise<Diagnosis> {
  const node = { version: process.versions.node, ok: isNewEnough(process.versions.node) };
  const ffmpeg = await findFFmpeg(ffmpegOption).then(describe, (error) => ({ error: failureOf(error) }));
  const browser = await diagnoseBrowser(browserOption);
  const packages = Object.fromEntries(
    OPTIONAL_PACKAGES.map(({ name }) => [name, installedVersion(name) ?? null]),
  );
  const missing: Missing[] = [];
  if (!node.ok) missing.push({ what: `Node ${MINIMUM_NODE.join('.')} or later`, fix: 'https://nodejs.org' });
  if ('error' in ffmpeg) missing.push({ what: 'FFmpeg', fix: ffmpeg.error.message });
  else missing.push(...missingEncoders(ffmpeg.codecs));
  if ('error' in browser) missing.push({ what: 'a browser for pages', fix: browser.error.message });
  else
    for (const library of browser.missingLibraries)
      missing.push({ what: 'a library for https pages', fix: `install ${library}` });
  for (const { name, purpose, isNeeded } of OPTIONAL_PACKAGES) {
    if (isNeeded && packages[name] === null)
      missing.push({ what: `${name} (${purpose})`, fix: `npm install ${name}` });
  }
  return {
    ready: node.ok && !('error' in ffmpeg),
    node,
    ffmpeg,
    browser,
    packages,
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freemem() },
    missing,
  };
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
}

function describe({ path, from, version, encoders }: FFmpeg) {
  const codecs = Object.entries(CODECS).map(([codec, profile]) => [
    codec,
    profile.encoders.find((encoder) => encoders.has(encoder)) ?? null,
  ]);
  return { path, from, version, codecs: Object.fromEntries(codecs) as Record<string, string | null> };
}

function missingEncoders(codecs: Readonly<Record<string, string | null>>): Missing[] {
  return Object.entries(CODECS)
    .filter(([codec]) => codecs[codec] === null)
    .map(([codec, { encoders }]) => ({
      what: `an encoder for ${codec}`,
      fix: `use an FFmpeg built with ${encoders.join(' or ')}`,
    }));
}
