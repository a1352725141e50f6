import { stripVTControlCharacters } from 'node:util';
import type { PageMessage } from '../pageMessages';
import { colors } from './style';

const NAMES: Record<PageMessage['kind'], string> = {
  exception: 'error',
  request: 'failed request',
  console: 'console.error',
  unsupported: 'not supported',
};

const MAX_LINES = 8;
const MAX_LINE_LENGTH = 300; // characters: a URL may hold a whole image.

/** A page's message as a person reads it: in full the first time, and later its first line with the count. */
export function messageText({ kind, text, index, count }: PageMessage): string {
  const lines = plain(text)
    .split('\n')
    .map(shortened)
    .slice(0, count > 1 ? 1 : MAX_LINES);
  return `${colors.yellow(`page: ${NAMES[kind]}${whenText(kind, index, count)}:`)} ${lines.join('\n')}`;
}

function whenText(kind: PageMessage['kind'], index: number | undefined, count: number): string {
  if (kind === 'unsupported') return '';
  const first = index === undefined ? 'while loading' : `at frame ${index}`;
  return count > 1 ? `, ${count} times, first ${first}` : ` ${first}`;
}

/** The first line of a text that may come from a page or a scene. */
export function plainLine(text: string): string {
  return shortened(plain(text).split('\n', 1)[0] ?? '');
}

/** A page's text must not move the cursor, or colour the terminal. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/(?!\n)\p{Cc}/gu, ' ');
}

function shortened(line: string): string {
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line;
}
