/** A way to encode that a run may draw. */
export interface Encoding {
  readonly name: string;
  readonly extension: string;
  readonly args: readonly string[];
  /** Whether a decoded frame does not depend on where segments begin. */
  readonly isExact: boolean;
  readonly weight: number;
}

const LOSSLESS = ['--crf', '0', '--preset', 'ultrafast', '--pixel-format', 'yuv444p'];

export const ENCODINGS: readonly [Encoding, ...Encoding[]] = [
  { name: 'h264 lossless', extension: '.mp4', args: LOSSLESS, isExact: true, weight: 8 },
  { name: 'h264 lossless', extension: '.mkv', args: LOSSLESS, isExact: true, weight: 2 },
  { name: 'h264 lossless', extension: '.mov', args: LOSSLESS, isExact: true, weight: 1 },
  { name: 'h264', extension: '.mp4', args: ['--preset', 'veryfast'], isExact: false, weight: 3 },
  {
    name: 'h265',
    extension: '.mp4',
    args: ['--codec', 'h265', '--preset', 'ultrafast'],
    isExact: false,
    weight: 1,
  },
  { name: 'prores', extension: '.mov', args: ['--codec', 'prores'], isExact: true, weight: 2 },
  { name: 'vp9', extension: '.webm', args: ['--preset', '8', '--no-alpha'], isExact: false, weight: 1 },
];
