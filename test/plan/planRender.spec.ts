import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { lastValueFrom, map, take, toArray } from 'rxjs';
import type { CaptureSession, CaptureSource, SourceOverrides } from '../../src/capture/source';
import { type ErrorCode, FilmgateError } from '../../src/errors';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { WorkDirectory } from '../../src/output/workDirectory';
import { defaultWorkers, planRender } from '../../src/plan/planRender';
import type { RenderOptions } from '../../src/plan/renderOptions';
import { describePlan } from '../../src/plan/renderPlan';
import { render } from '../../src/render';
import { isAlive } from '../support/encoderProcess';
import { rejection } from '../support/rejection';
import { indexedInline, useRenderWorkspace } from '../support/renderWorkspace';

describe('planRender', () => {
  const workspace = useRenderWorkspace();
  const plan = (options: Partial<RenderOptions>) => {
    const whole = workspace.options(options);
    return planRender(whole, whole.source.open(), new AbortController().signal);
  };
  const summary = async (options: Partial<RenderOptions>) => describePlan(await plan(options));

  /** A source that has never been asked for a worker. */
  function untouched(source: CaptureSource): CaptureSource {
    const prepare = () => expect.fail('workers were opened');
    return { open: () => ({ ...source.open(), prepare }) };
  }

  /** The same, but for its state, which only moves forward. */
  function sequential(source: CaptureSource): CaptureSource {
    return {
      open() {
        const session = source.open();
        const describe = async (wanted: SourceOverrides) => ({
          ...(await session.describe(wanted)),
          sequential: true,
        });
        return { ...session, describe };
      },
    };
  }

  describe('refuses bad input before any worker starts, and leaves no file', () => {
    const table: [string, Partial<RenderOptions> & Record<string, unknown>, ErrorCode, RegExp][] = [
      ['no width', { size: '0x48' }, 'INVALID_OPTION', /size\.width/],
      ['a negative height', { size: { width: 64, height: -48 } }, 'INVALID_OPTION', /size\.height/],
      ['a size that is none', { size: 'large' }, 'INVALID_OPTION', /1280x720/],
      ['a size that is not the source’s', { size: '32x32' }, 'INVALID_OPTION', /64x48 and no other/],
      ['no rate', { fps: 0 }, 'INVALID_OPTION', /fps/],
      ['a negative rate', { fps: -30 }, 'INVALID_OPTION', /fps/],
      ['a rate that is not exact', { fps: 29.97 }, 'INVALID_OPTION', /30000\/1001/],
      ['a rate that is not the source’s', { fps: 25 }, 'INVALID_OPTION', /30 and no other/],
      ['no duration', { duration: 0 }, 'INVALID_OPTION', /duration/],
      ['a negative duration', { duration: -1 }, 'INVALID_OPTION', /duration/],
      ['a duration without an end', { duration: Number.POSITIVE_INFINITY }, 'INVALID_OPTION', /duration/],
      ['a duration that is not the source’s', { duration: 2 }, 'INVALID_OPTION', /40 frames/],
      ['a range that goes backwards', { frames: '9-3' }, 'INVALID_OPTION', /3-9/],
      ['a range that is none', { frames: 'all' }, 'INVALID_OPTION', /0-299/],
      ['a range outside the scene', { frames: '30-40' }, 'INVALID_OPTION', /0-39/],
      ['a range before the scene', { frames: { first: -1, count: 3 } }, 'INVALID_OPTION', /frames\.first/],
      ['an empty range', { frames: { first: 0, count: 0 } }, 'INVALID_OPTION', /frames\.count/],
      ['no workers', { workers: 0 }, 'INVALID_OPTION', /workers/],
      ['half a worker', { workers: 1.5 }, 'INVALID_OPTION', /workers/],
      ['a window of none', { window: 0 }, 'INVALID_OPTION', /window/],
      ['a negative window', { window: -4 }, 'INVALID_OPTION', /window/],
      ['memory for no frame', { memory: 64 * 48 * 4 - 1 }, 'INVALID_OPTION', /12288/],
      ['memory that is none', { memory: 'lots' }, 'INVALID_OPTION', /512MB/],
      ['a rate factor with a bit rate', { crf: 20, bitrate: '1M' }, 'INVALID_OPTION', /crf.*bitrate/],
      ['a rate factor out of range', { crf: 99 }, 'INVALID_OPTION', /0 to 51/],
      ['a codec that is none', { codec: 'mpeg1' as never }, 'INVALID_OPTION', /h264/],
      ['a codec that cannot live in the file', { codec: 'vp9' }, 'INVALID_OPTION', /\.webm/],
      ['an extension that is none', { output: 'video.doc' }, 'INVALID_OPTION', /\.mp4/],
      ['a folder that is missing', { output: 'none/video.mp4' }, 'OUTPUT_UNWRITABLE', /no folder/],
      [
        'a preset that the codec does not know',
        { output: 'frame.png', codec: 'png' },
        'INVALID_OPTION',
        /preset/,
      ],
      ['segments of no length', { segment: 0 }, 'INVALID_OPTION', /segment: invalid value 0; .*10s or 300f/],
      ['segments of no frames', { segment: '0f' }, 'INVALID_OPTION', /segment: invalid value "0f"/],
      ['segments of half a frame', { segment: '1.5f' }, 'INVALID_OPTION', /segment: invalid value "1\.5f"/],
      ['segments of a negative length', { segment: -1 }, 'INVALID_OPTION', /segment: invalid value -1/],
      [
        'segments of a length that is none',
        { segment: 'long' },
        'INVALID_OPTION',
        /segment: invalid value "long"/,
      ],
      ['no lanes', { lanes: 0 }, 'INVALID_OPTION', /lanes: invalid value 0/],
      ['half a lane', { lanes: 1.5 }, 'INVALID_OPTION', /lanes: invalid value 1\.5/],
      ['too many lanes', { lanes: 65 }, 'INVALID_OPTION', /lanes: invalid value 65; .*1 to 64/],
      ['no tries', { maxTries: 0 }, 'INVALID_OPTION', /maxTries: invalid value 0/],
      ['half a try', { maxTries: 1.5 }, 'INVALID_OPTION', /maxTries: invalid value 1\.5/],
      ['no time for a frame', { frameTimeout: 0 }, 'INVALID_OPTION', /frameTimeout: invalid value 0/],
      ['no time for FFmpeg', { encoderTimeout: -1 }, 'INVALID_OPTION', /encoderTimeout: invalid value -1/],
      [
        'sound of a bad volume',
        { audio: ['a.mp3,volume=101'] },
        'INVALID_OPTION',
        /audio\.volume: invalid value 101/,
      ],
      ['sound that is not there', { audio: ['none.wav'] }, 'AUDIO_INVALID', /no file .*none\.wav/],
      [
        'sound that is no sound',
        { audio: [__filename] },
        'AUDIO_INVALID',
        /planRender\.spec\.ts has no audio stream/,
      ],
      [
        'sound after the end',
        { audio: [`${__filename}@2s`] },
        'INVALID_OPTION',
        /audio\.offset: invalid value 2/,
      ],
      ['to resume and to restart', { resume: true, restart: true }, 'INVALID_OPTION', /resume.*restart/],
      ['to resume where nothing is', { resume: true }, 'NOTHING_TO_RESUME', /video\.mp4.*--resume/],
      ['an FFmpeg that is not there', { ffmpeg: '/nowhere/ffmpeg' }, 'FFMPEG_INVALID', /nowhere/],
      [
        'an FFmpeg that is not FFmpeg',
        { ffmpeg: process.execPath },
        'FFMPEG_INVALID',
        /not a working FFmpeg/,
      ],
    ];
    for (const [what, options, code, message] of table) {
      it(`${what}: ${code}`, async () => {
        const output = options.output ? { output: workspace.path(options.output) } : {};
        const source = untouched(indexedInline(40, { identity: 'indices' }));
        const rendering = lastValueFrom(render(workspace.options({ ...options, ...output, source })));
        expect((await rejection(rendering, code)).message).to.match(message);
        expect(workspace.files()).to.deep.equal([]);
        workspace.expectQuiet();
      });
    }
  });

  it('refuses an output that is being rendered, in one go, in segments, or as a sequence', async () => {
    const places = ['video.mp4', 'frames'].map((name) => new WorkDirectory(workspace.path(name)));
    for (const place of places) place.acquire();
    const sequence: object = { output: workspace.path('frames/%d.png'), preset: undefined };
    for (const options of [{}, { segment: '7f' }, { resume: true }, { restart: true }, sequence]) {
      await rejection(plan({ overwrite: true, ...options }), 'OUTPUT_BUSY');
    }
    for (const place of places) place.release();
    expect(await summary({})).to.include({ segments: 1 });
  });

  describe('asks FFmpeg what it can do while the source describes itself', () => {
    /** An FFmpeg that leaves a file with its process id when it is asked, before it answers. */
    function askedFFmpeg(answer: string) {
      const asked = workspace.path('asked');
      const ffmpeg = workspace.path('asked-ffmpeg');
      writeFileSync(
        ffmpeg,
        `#!/bin/sh\necho $$ > '${asked}.part'\nmv '${asked}.part' '${asked}'\n${answer}\n`,
        {
          mode: 0o755,
        },
      );
      const whenAsked = async () => {
        while (!existsSync(asked)) await sleep(10);
        return Number(readFileSync(asked, 'utf8'));
      };
      return { ffmpeg, whenAsked };
    }

    function describing(describe: CaptureSession['describe']): CaptureSource {
      return { open: () => ({ ...indexedInline(40).open(), describe }) };
    }

    it('so that neither waits for the other', async () => {
      const { path: real } = await findFFmpeg();
      const { ffmpeg, whenAsked } = askedFFmpeg(`exec '${real}' "$@"`);
      const source = describing(async (wanted) => {
        await whenAsked();
        return indexedInline(40).open().describe(wanted);
      });
      expect(await summary({ source, ffmpeg })).to.include({ encoder: 'libx264' });
    });

    it('and ends it when the source fails', async () => {
      const { ffmpeg, whenAsked } = askedFFmpeg('exec sleep 60');
      let asked = 0;
      const source = describing(async () => {
        asked = await whenAsked();
        throw new FilmgateError('PAGE_FAILED', 'no page');
      });
      await rejection(plan({ source, ffmpeg }), 'PAGE_FAILED');
      expect(isAlive(asked)).to.equal(false);
    });

    it('but tells what is wrong with an option before what is wrong with FFmpeg', async () => {
      await rejection(plan({ ffmpeg: '/nowhere/ffmpeg', crf: 99 }), 'INVALID_OPTION');
    });
  });

  it('refuses to resume a source of which nobody knows what it shows', async () => {
    const { message } = await rejection(plan({ resume: true }), 'INVALID_OPTION');
    expect(message).to.match(/resume.*identity/);
  });

  it('refuses lanes for a source that only moves forward', async () => {
    const source = sequential(indexedInline(40));
    const { message } = await rejection(plan({ source, lanes: 2 }), 'INVALID_OPTION');
    expect(message).to.match(/lanes: invalid value 2; .*ascending order/);
    expect(await summary({ source, lanes: 1 })).to.include({ lanes: 1 });
  });

  describe('plans the segments', () => {
    const long = indexedInline(2000); // 66.7 s
    const table: [string, Partial<RenderOptions>, number][] = [
      ['none in a minute', { source: indexedInline(1800) }, 1],
      ['of ten seconds in more', { source: long }, 7],
      ['none where they are off', { source: long, segment: 'off' }, 1],
      ['as long as asked, in seconds', { segment: 0.5 }, 3],
      ['as long as asked, in frames', { segment: '7f' }, 6],
      ['of the frames that are rendered', { frames: '10-29', segment: '7f' }, 3],
      ['several for each lane', { lanes: 2 }, 8],
      ['one, where it is long enough for all', { segment: '40f' }, 1],
      ['one, where the format cannot be joined', { output: 'video.gif', segment: '7f' }, 1],
    ];
    for (const [what, options, segments] of table) {
      it(what, async () => {
        const output = options.output ? { output: workspace.path(options.output), preset: undefined } : {};
        const made = await plan({ ...options, ...output } as Partial<RenderOptions>);
        expect(describePlan(made)).to.include({ segments, resumedSegments: 0, resumedFrames: 0 });
        expect(made.segments?.todo.length ?? 1).to.equal(segments);
      });
    }
  });

  it('takes a size, a rate and a duration that are the source’s own', async () => {
    expect(await summary({ size: '64x48', fps: '30/1', duration: 40 / 30 })).to.have.property('size');
  });

  describe('chooses the window', () => {
    const frame = 64 * 48 * 4;
    for (const [what, options, window] of [
      ['as asked', { workers: 3, window: 5 }, 5],
      ['no more than there are frames', { workers: 3, frames: '0-6' }, 7],
      ['no more than there is memory', { workers: 3, memory: frame * 2.9 }, 2],
    ] as [string, Partial<RenderOptions>, number][]) {
      it(what, async () => expect(await summary(options)).to.include({ window }));
    }

    it('so many for each worker, if it is not told', async () => {
      const windowOf = async (workers: number) =>
        (await summary({ source: indexedInline(10_000), workers })).window;
      expect(await windowOf(1)).to.be.greaterThan(1);
      expect(await windowOf(6)).to.equal(6 * (await windowOf(1)));
    });

    it('by the frames alone where their sizes differ, because bytes are counted as they come', async () => {
      const source = indexedInline(40, { format: { image: 'png', width: 64, height: 48 } });
      const oneFrame = frame + 65536;
      expect(await summary({ source, window: 12, memory: oneFrame })).to.include({ window: 12 });
      await rejection(plan({ source, memory: oneFrame - 1 }), 'INVALID_OPTION');
    });
  });

  it('chooses the workers by the cores, and no more than there are frames', async () => {
    const { workers } = await summary({ workers: 'auto', frames: '0-0' });
    expect(workers).to.deep.equal(['worker 1']);
    expect((await summary({ workers: 'auto' })).workers).to.have.lengthOf(defaultWorkers());
  });

  it('leaves a core to the encoder, but gives pages two workers on two cores', () => {
    const onCores = (waits: boolean) => [1, 2, 3, 4, 8].map((cores) => defaultWorkers(waits, cores));
    expect(onCores(false)).to.deep.equal([1, 1, 2, 3, 7]);
    expect(onCores(true)).to.deep.equal([1, 2, 2, 3, 7]);
  });

  describe('warns of an alpha channel that is dropped though the container could keep it', () => {
    const warnings = async (file: string, options: Partial<RenderOptions> = {}) =>
      (await plan({ output: workspace.path(file), ...options })).warnings;

    it('in a .mov and a .mkv, and names the codec that keeps it', async () => {
      expect((await warnings('video.mov'))[0]).to.match(/alpha channel is dropped: h264 .*codec prores/);
      expect((await warnings('video.mkv'))[0]).to.match(/alpha channel is dropped: h264 .*codec vp9/);
    });

    it('and not where nothing is lost, none could be kept, or it was asked for', async () => {
      const opaque = indexedInline(40, { alpha: false });
      expect(await warnings('video.mov', { source: opaque })).to.deep.equal([]);
      expect(await warnings('video.mov', { codec: 'prores', preset: '4444' })).to.deep.equal([]);
      expect(await warnings('video.mov', { codec: 'h264' })).to.deep.equal([]);
      expect(await warnings('video.mov', { alpha: false })).to.deep.equal([]);
      expect(await warnings('video.mp4')).to.deep.equal([]);
    });

    it('and the render says so in an event, before anything is captured', async () => {
      const events = render(workspace.options({ output: workspace.path('video.mov') }));
      const types = await lastValueFrom(
        events.pipe(
          take(2),
          map(({ type }) => type),
          toArray(),
        ),
      );
      expect(types).to.deep.equal(['planned', 'warning']);
    });
  });

  it('resolves into plain data, which survives being written down', async () => {
    const made = await plan({ segment: '7f' });
    expect(JSON.parse(JSON.stringify(made))).to.deep.equal(JSON.parse(JSON.stringify(structuredClone(made))));
  });

  it('makes nothing yet', async () => {
    await plan({});
    expect(workspace.files()).to.deep.equal([]);
    workspace.expectQuiet();
  });
});
