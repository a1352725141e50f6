import { writeFileSync } from 'node:fs';
import type { FFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { answer } from './segmentFiles';

/** Writes a WAV file: samples from -1 to 1, each in all channels. */
export function writeSound(
  file: string,
  samples: ArrayLike<number>,
  { rate = 48_000, channels = 2 }: { readonly rate?: number; readonly channels?: number } = {},
): string {
  const bytes = Buffer.alloc(samples.length * channels * 2);
  for (let at = 0; at < samples.length * channels; at += 1) {
    bytes.writeInt16LE(Math.round((samples[Math.floor(at / channels)] ?? 0) * 32_767), at * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + bytes.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  for (const [at, value] of [16, 1 + channels * 2 ** 16, rate, rate * channels * 2].entries()) {
    header.writeUInt32LE(value, 16 + at * 4);
  }
  header.writeUInt32LE(channels * 2 + 16 * 2 ** 16, 32);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes.length, 40);
  writeFileSync(file, Buffer.concat([header, bytes]));
  return file;
}

/** Silence with one loud sample in it. */
export function click(length: number, at: number, loudness = 0.5): Float32Array {
  return new Float32Array(length).fill(loudness, at, at + 1);
}

/** The left channel of a video's sound, decoded, with nothing done about its times. */
export async function soundOf(ffmpeg: FFmpeg, file: string): Promise<Float32Array> {
  return leftOf(await answer(ffmpeg, ['-i', file, '-map', '0:a:0', '-f', 'f32le', 'pipe:1']));
}

/** The same from the time 0 of the file on, as a player is to be heard. */
export async function heardOf(ffmpeg: FFmpeg, file: string): Promise<Float32Array> {
  const fromStart = ['-af', 'aresample=48000:async=1:first_pts=0'];
  return leftOf(
    await answer(ffmpeg, ['-copyts', '-i', file, '-map', '0:a:0', ...fromStart, '-f', 'f32le', 'pipe:1']),
  );
}

/** Where the loudest sample is. */
export function loudest(samples: Float32Array): number {
  return samples.reduce((best, value, at) => (Math.abs(value) > Math.abs(samples[best] ?? 0) ? at : best), 0);
}

function leftOf(stereo: Buffer): Float32Array {
  return Float32Array.from({ length: stereo.length / 8 }, (_, at) => stereo.readFloatLE(at * 8));
}
