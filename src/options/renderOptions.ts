import type { RenderOptions, SourceOptions } from '../plan/renderOptions';
import type { OptionRows } from './optionRow';

/** The default window, in frames for each worker. See docs/performance.md, "The default window". */
export const FRAMES_PER_WORKER = 8;

/** The default length of a segment, and the length of video above which there are any, both in seconds. */
export const SEGMENT_SECONDS = 10;
export const SEGMENTED_ABOVE_SECONDS = 60;

/** What `render` and `preview` have in common. */
export const SOURCE_OPTIONS = {
  source: { code: 'the argument of the command', help: 'where frames come from' },
  overwrite: {
    flag: '-y, --overwrite',
    parse: 'switch',
    help: 'replace the output if it exists',
    default: false,
    group: 'Output',
  },
  size: {
    flag: '--size <WxH>',
    parse: 'text',
    help: 'frame size, such as 1280x720; for a page, in CSS pixels',
    defaultText: "the source's own",
    group: 'Frames',
  },
  fps: {
    flag: '--fps <rate>',
    parse: 'text',
    help: 'exact frame rate, such as 30 or 30000/1001',
    defaultText: "the source's own",
    group: 'Frames',
  },
  duration: {
    flag: '--duration <seconds>',
    parse: 'number',
    help: 'length of the scene or page',
    defaultText: "the source's own",
    group: 'Frames',
  },
  ffmpeg: {
    flag: '--ffmpeg <path>',
    parse: 'text',
    help: 'FFmpeg to use',
    defaultText: 'the one that filmgate doctor shows',
    group: 'Encoding',
  },
  maxTries: {
    flag: '--max-tries <count>',
    parse: 'number',
    help: 'attempts at a frame, each on a fresh worker, before the render fails',
    default: 3,
    group: 'Segments and recovery',
  },
  frameTimeout: {
    flag: '--frame-timeout <seconds>',
    parse: 'number',
    help: 'time limit for a frame, or 10 times the slowest so far if that is longer',
    default: 30,
    group: 'Segments and recovery',
  },
  encoderTimeout: {
    flag: '--encoder-timeout <seconds>',
    parse: 'number',
    help: 'how long FFmpeg may make no progress while it has work',
    default: 60,
    group: 'Segments and recovery',
  },
  signal: { code: 'Ctrl-C and SIGTERM do the same', help: 'an AbortSignal that cancels' },
} as const satisfies OptionRows<SourceOptions>;

/** What `render` accepts. */
export const RENDER_OPTIONS = {
  output: {
    flag: '-o, --output <file>',
    parse: 'text',
    help: 'video to write; for a PNG sequence, a pattern such as frames/%05d.png',
    group: 'Output',
    required: true,
  },
  frames: {
    flag: '--frames <a-b>',
    parse: 'text',
    help: 'render only these frames, both ends inclusive',
    defaultText: 'all',
    group: 'Frames',
  },
  codec: {
    flag: '--codec <name>',
    parse: 'text',
    help: 'what to encode to',
    defaultText: "chosen by the output's extension",
    choices: ['h264', 'h265', 'vp9', 'av1', 'prores', 'gif', 'png'],
    group: 'Encoding',
  },
  crf: {
    flag: '--crf <number>',
    parse: 'number',
    help: 'constant rate factor: lower is better quality and a larger file',
    defaultText: "the codec's own",
    group: 'Encoding',
  },
  bitrate: {
    flag: '--bitrate <rate>',
    parse: 'text',
    help: 'average bits per second, such as 8M, instead of --crf',
    group: 'Encoding',
  },
  preset: {
    flag: '--preset <name>',
    parse: 'text',
    help: 'speed preset of the encoder; for ProRes, its profile',
    defaultText: "the codec's own",
    group: 'Encoding',
  },
  pixelFormat: {
    flag: '--pixel-format <name>',
    parse: 'text',
    help: "pixel format to encode, by FFmpeg's name, such as yuv444p",
    defaultText: "the codec's own",
    group: 'Encoding',
  },
  alpha: {
    flag: '--alpha',
    parse: 'switch',
    help: 'keep the alpha channel, or fail if the codec has none',
    defaultText: 'kept if both the source and the codec have one',
    group: 'Encoding',
    negation: { flag: '--no-alpha', help: 'drop the alpha channel' },
  },
  threads: {
    flag: '--threads <count>',
    parse: 'number',
    help: 'encoder threads',
    defaultText: "the encoder's choice",
    group: 'Encoding',
  },
  faststart: {
    flag: '--no-faststart',
    parse: 'switch',
    help: 'leave the index of an mp4 or mov at the end of the file',
    default: true,
    group: 'Encoding',
  },
  audio: {
    flag: '--audio <file>',
    parse: 'list',
    help: 'soundtrack, such as a.mp3 or a.mp3@2.5s,volume=0.5; repeat it to mix several',
    group: 'Encoding',
  },
  pageAudio: {
    flag: '--no-page-audio',
    parse: 'switch',
    help: 'leave out the sound that the page plays',
    default: true,
    group: 'Encoding',
  },
  ffmpegArgs: {
    code: 'it is a function',
    help: "changes FFmpeg's list of arguments; `-progress` and the pipes must stay",
  },
  workers: {
    flag: '--workers <count>',
    parse: 'numberOrAuto',
    help: "capture workers, or 'auto'",
    default: 'auto',
    defaultText: 'one per core but one; for a page, two on two cores',
    group: 'Speed and memory',
  },
  window: {
    flag: '--window <frames>',
    parse: 'number',
    help: 'most outstanding frames: requested, and not yet written to FFmpeg',
    defaultText: `${FRAMES_PER_WORKER} per worker, as far as memory allows`,
    group: 'Speed and memory',
  },
  memory: {
    flag: '--memory <size>',
    parse: 'text',
    help: 'most memory that outstanding frames may hold',
    default: '512MB',
    group: 'Speed and memory',
  },
  lanes: {
    flag: '--lanes <count>',
    parse: 'number',
    help: 'segments to encode at once, each by an FFmpeg of its own',
    default: 1,
    group: 'Speed and memory',
  },
  segment: {
    flag: '--segment <length>',
    parse: 'text',
    help: "length of a segment, such as 10s or 300f, or 'off'",
    defaultText: `${SEGMENT_SECONDS}s for videos longer than ${SEGMENTED_ABOVE_SECONDS} s, off below`,
    group: 'Segments and recovery',
  },
  resume: {
    flag: '--resume',
    parse: 'switch',
    help: 'continue an unfinished render of this output',
    default: false,
    group: 'Segments and recovery',
  },
  restart: {
    flag: '--restart',
    parse: 'switch',
    help: 'discard an unfinished render of this output and start over',
    default: false,
    group: 'Segments and recovery',
  },
  ...SOURCE_OPTIONS,
  events: {
    code: 'whatever shows the inside of a render asks for it, such as --progress-events all',
    help: "`'all'` adds events with the times of each capture, thumbnails and the use of memory and processor: docs/events.md",
  },
  onClosed: { code: 'the process ends then', help: 'called once everything is closed' },
} as const satisfies OptionRows<RenderOptions>;
