/** Interrupted and resumed, with sound: the second run renders only the segments that the first had not verified. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RenderVideoOptions, renderStatus, renderVideo, threads } from 'filmgate';

const output = 'out/resumed.mp4';

async function main() {
  mkdirSync('out', { recursive: true });
  writeFileSync('out/tone.wav', tone(2));
  const options: RenderVideoOptions = {
    source: threads(join(__dirname, 'gradient-scene.mjs')),
    output,
    overwrite: true,
    restart: true,
    segment: '20f',
    audio: ['out/tone.wav@0.5s,volume=0.3'],
  };

  const cancel = new AbortController();
  const onEvent: RenderVideoOptions['onEvent'] = ({ type }) => {
    if (type === 'segmentVerified') cancel.abort(); // As a power cut would, only more politely.
  };
  await renderVideo({ ...options, onEvent, signal: cancel.signal }).catch((error) =>
    console.log(error.message),
  );
  const { unfinished } = renderStatus(output);
  console.log(`${unfinished?.verified.length} of ${unfinished?.segments.length} segments are verified`);

  const { frames, resumedFrames } = await renderVideo({ ...options, restart: false, resume: true });
  console.log(`${output}: ${frames} frames, ${resumedFrames} of them from the first run`);
}

/** A sine of 440 Hz as a WAV file: 16 bits, mono, 8 kHz. */
function tone(seconds: number): Buffer {
  const rate = 8000;
  const bytes = Buffer.alloc(44 + seconds * rate * 2);
  bytes.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, rate * 2],
    [40, bytes.length - 44],
  ] as const)
    bytes.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    bytes.writeUInt16LE(value, at);
  bytes.write('data', 36, 'latin1');
  for (let sample = 0; sample < seconds * rate; sample += 1) {
    bytes.writeInt16LE(Math.round(Math.sin((sample * 440 * 2 * Math.PI) / rate) * 16000), 44 + sample * 2);
  }
  return bytes;
}

main();
