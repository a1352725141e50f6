import { stripVTControlCharacters } from 'node:util';
import type { PageMessage } from '../pageMessages';
import { colors } from './style';

const WORDS: Record<PageMessage['kind'], string> = {
  exception: 'error',
  request: 'failed request',
  console: 'console.error',
  unsupported: 'not supported',
};

const MOST_LINES = 8;
const LONGEST_LINE = 300; // characters: a URL may hold a whole picture.

/** What a page said, as a person reads it: whole when it is said first, and later its first line with the count. */
export function messageText({ kind, text, index, count }: PageMessage): string {
  const lines = plain(text)
    .split('\n')
    .map(shortened)
    .slice(0, count > 1 ? 1 : MOST_LINES);
  return `${colors.yellow(`page: ${WORDS[kind]}${whenText(kind, index, count)}:`)} ${lines.join('\n')}`;
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
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}
