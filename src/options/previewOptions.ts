import type { PreviewOptions } from '../preview/preview';
import type { OptionRows } from './optionRow';
import { SOURCE_OPTIONS } from './renderOptions';

/** What `preview` accepts. */
export const PREVIEW_OPTIONS = {
  output: {
    flag: '-o, --output <file>',
    parse: 'text',
    help: 'picture to write: .png or .jpg',
    group: 'Output',
    required: true,
  },
  at: {
    flag: '--at <time>',
    parse: 'text',
    help: 'time in seconds, such as 1.5s, or a frame, such as 45f',
    defaultText: 'the middle',
    group: 'Frames',
  },
  contactSheet: {
    flag: '--contact-sheet <CxR>',
    parse: 'text',
    help: 'show frames evenly spaced over the whole length, in this many columns and rows, such as 4x3',
    group: 'Frames',
  },
  cellWidth: {
    flag: '--cell-width <pixels>',
    parse: 'number',
    help: 'width of a frame on the contact sheet',
    default: 480,
    group: 'Frames',
  },
  alpha: {
    flag: '--alpha',
    parse: 'switch',
    help: 'keep the alpha channel; needs a .png',
    default: false,
    group: 'Encoding',
  },
  ...SOURCE_OPTIONS,
  onEvent: { code: 'it is a function', help: 'called with every event, such as `pageMessage`' },
} as const satisfies OptionRows<PreviewOptions>;
