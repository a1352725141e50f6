import { type FrameRate, frameTime } from '../frames/rate';

/** Samples a second of the sound that is made. */
export const SAMPLE_RATE = 48_000;

/** How many samples so many frames have. */
export function samplesIn(frames: number, fps: FrameRate): number {
  return Math.round(frameTime(frames, fps) * SAMPLE_RATE);
}

/** FFmpeg's filters that bring any sound to its form here, from the time 0 of the file on. */
export const TO_STEREO = [
  `aresample=${SAMPLE_RATE}:async=1:first_pts=0`, // Where a file's sound begins after its start, it does so here.
  'aformat=sample_fmts=fltp:channel_layouts=mono|stereo',
  'pan=stereo|FL=FL+FC|FR=FR+FC', // FFmpeg's own way takes 3 dB from a mono track.
].join(',');
