import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { findBrowser } from '../capture/chromium/findBrowser';
import { findPackage } from '../capture/hyperframes/core';
import { FilmgateError } from '../errors';
import { findFFmpeg } from '../ffmpeg/findFFmpeg';
import { textDigest } from '../process/digest';
import { probe } from '../process/probe';
import type { Environment } from './schemas';

/** Programs and limits of one machine: what must not be in a film. */
export interface Machine {
  /** Path of its FFmpeg. Default: see `findFFmpeg`. */
  readonly ffmpeg?: string | undefined;
  /** Path of its browser. Default: see `findBrowser`. */
  readonly browser?: string | undefined;
  /** Absolute path of the folder in which it keeps sources and what it is working on. */
  readonly cache: string;
}

const PACKAGES = ['@napi-rs/canvas', '@hyperframes/core'];
const FEATURES = ['sse4_2', 'avx', 'avx2', 'fma', 'avx512f', 'asimd', 'sve']; // What drawing and scaling choose their code by.

/**
 * Finds out what this machine renders with. A browser may be missing, FFmpeg may not.
 *
 * @throws FilmgateError `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`, and `BROWSER_INVALID` for a browser that is named
 */
export function describeEnvironment(machine: Machine, signal?: AbortSignal): Promise<Environment> {
  const key = `${machine.ffmpeg} ${machine.browser}`;
  const asked = known.get(key) ?? inspect(machine, signal);
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

const known = new Map<string, Promise<Environment>>(); // A worker is asked at every film, and programs are slow to answer.

async function inspect(machine: Machine, signal?: AbortSignal): Promise<Environment> {
  const ffmpeg = await findFFmpeg(machine.ffmpeg, signal);
  const browser = await findBrowser(machine.browser, signal).catch((error) => {
    if (FilmgateError.is(error) && error.code === 'BROWSER_NOT_FOUND') return undefined;
    throw error;
  });
  const fonts = browser && (await fontsDigest());
  return {
    filmgate: ownVersion(),
    ffmpeg: ffmpeg.version,
    node: process.version.replace(/\..*/, ''),
    system: [platform(), arch(), ...processorFeatures()].join(' '),
    ...(browser ? { browser: `${browser.version ?? 'of unknown version'}, ${browser.mode}` } : {}),
    ...(fonts ? { fonts } : {}),
    packages: Object.fromEntries(PACKAGES.flatMap((name) => packageVersion(name))),
  };
}

/** A short name for an environment. */
export function environmentKey(environment: Environment): string {
  return textDigest(JSON.stringify(Object.entries(environment).sort())).slice(0, 12);
}

/** What differs between two environments, in words: `ffmpeg 5.1 instead of 7.0`. */
export function differences(needed: Environment, there: Environment): string[] {
  const [wanted, given] = [flat(needed), flat(there)];
  const names = new Set([...Object.keys(wanted), ...Object.keys(given)]);
  return [...names]
    .filter((name) => wanted[name] !== given[name])
    .map((name) => `${name} ${given[name] ?? 'none'} instead of ${wanted[name] ?? 'none'}`);
}

/** An environment in one line. */
export function environmentText(environment: Environment): string {
  return Object.entries(flat(environment))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function flat({ packages, ...rest }: Environment): Record<string, string> {
  return { ...(rest as Record<string, string>), ...packages };
}

/** The version of this package. */
export function ownVersion(): string {
  return (require('../../package.json') as { version: string }).version;
}

function packageVersion(name: string): [string, string][] {
  const folder = findPackage(name, __dirname);
  if (!folder) return [];
  return [[name, JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).version]];
}

function processorFeatures(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    const has = new Set(line.trim().split(' '));
    return FEATURES.filter((feature) => has.has(feature));
  } catch {
    return []; // Only Linux tells it so.
  }
}

/** Texts are drawn with the fonts of the machine. Undefined where fontconfig does not tell them. */
async function fontsDigest(): Promise<string | undefined> {
  try {
    const { stdout } = await probe('fc-list', [':', 'family', 'style', 'fontversion']);
    return textDigest(stdout.split('\n').sort().join('\n')).slice(0, 12);
  } catch {
    return undefined;
  }
}
