import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type InlineOptions, inline } from '../../src/capture/inline';
import { threads } from '../../src/capture/threads/threads';
import type { RenderOptions } from '../../src/plan/renderOptions';
import { exitListeners } from './exitListeners';
import { useFolder } from './folder';
import { openThreads } from './openThreads';
import { type RecordedFFmpeg, recordFFmpeg } from './recordedFFmpeg';
import { paintIndex, SMALL } from './video';

/** Frames made in this process by `paintIndex`, in an order of completion that is not theirs. */
export function indexedInline(frames: number, options: Partial<InlineOptions> = {}) {
  return inline({
    format: { pixels: 'rgba', ...SMALL },
    fps: 30,
    frames,
    async capture({ index }) {
      await sleep((index * 7) % 5);
      return paintIndex(index);
    },
    ...options,
  });
}

/** Frames painted on threads as by `paintIndex`. */
export function indexedThreads(params: { frames?: number; fail?: number } = {}) {
  return threads(join(__dirname, '../fixtures/scenes/indexed.cjs'), { params });
}

/** A place for renders: before each test an empty folder and an FFmpeg under observation. */
export function useRenderWorkspace() {
  const path = useFolder();
  let ffmpeg: RecordedFFmpeg;
  let listenersBefore = 0;

  beforeEach(async () => {
    ffmpeg = await recordFFmpeg(path('ffmpeg'));
    mkdirSync(path('out'));
    listenersBefore = exitListeners();
  });

  return {
    /** Options that can be rendered as they are. */
    options: (options: Partial<RenderOptions> = {}): RenderOptions => ({
      source: indexedInline(40),
      output: path('out/video.mp4'),
      preset: 'ultrafast',
      workers: 2,
      ffmpeg: ffmpeg.path,
      ...options,
    }),
    path: (name: string) => path(join('out', name)),
    files: () => readdirSync(path('out')),
    killFFmpeg: () => ffmpeg.kill(),
    /** Checks that no process, no thread and no listener is left. */
    expectQuiet() {
      expect(ffmpeg.alive(), 'FFmpeg processes').to.deep.equal([]);
      expect(openThreads(), 'threads').to.equal(0);
      expect(exitListeners(), 'listeners').to.equal(listenersBefore);
    },
  };
}
