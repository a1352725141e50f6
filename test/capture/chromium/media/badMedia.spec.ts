import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { findFFmpeg } from '../../../../src/ffmpeg/findFFmpeg';
import { H264, makeNumbered } from '../../../support/numberedVideo';
import { useOwnCache } from '../../../support/ownCache';
import { usePageWorkspace } from '../../../support/pageWorkspace';
import { type RecordedFFmpeg, recordFFmpeg } from '../../../support/recordedFFmpeg';
import { rejection } from '../../../support/rejection';
import { decodeIndices, SMALL } from '../../../support/video';

/** Elements of a page, and what is said of each. */
const BAD: Record<string, { readonly html: string; readonly says: RegExp | undefined }> = {
  missing: { html: '<video src="missing.mp4"></video>', says: /^video missing\.mp4: .*404/ },
  empty: {
    html: '<video src="empty.mp4"></video>',
    says: /^video empty\.mp4: FFmpeg finds no video or sound/,
  },
  'a text': {
    html: '<video src="notes.txt"></video>',
    says: /^video notes\.txt: FFmpeg finds no video or sound/,
  },
  'a list of other files': {
    html: '<video src="list.m3u8"></video>',
    says: /^video list\.m3u8: FFmpeg finds no video or sound/,
  },
  'cut short': {
    html: '<video src="cut.mp4" autoplay muted></video>',
    says: /^video cut\.mp4: the file is cut short: it ends after [\d.]+ s/,
  },
  'a blob': {
    html: '<video id="blob"></video><script>blob.src = URL.createObjectURL(new Blob(["film"]))</script>',
    says: /^video .*: media of this kind cannot be read: blob:/,
  },
  'a media source': {
    html: '<audio id="source"></audio><script>source.src = URL.createObjectURL(new MediaSource())</script>',
    says: /^audio .*: media of this kind cannot be read: blob:/,
  },
  'a live stream': {
    html: '<video id="live"></video><script>live.srcObject = new MediaStream()</script>',
    says: /^video with srcObject: a live stream cannot be rendered/,
  },
  'too fast for its sound': {
    html: '<video id="fast" src="sound.mp4" autoplay></video><script>fast.playbackRate = 9</script>',
    says: /^video sound\.mp4: not heard at 9 times its rate/,
  },
  'standing still': {
    html: '<video id="still" src="sound.mp4" autoplay></video><script>still.playbackRate = 0</script>',
    says: undefined,
  },
  'sound made by scripts': {
    html: '<script>new OscillatorNode(new AudioContext()).start()</script>',
    says: /^Web Audio: /,
  },
  'from another origin': { html: '<video src="ORIGIN/30.mp4" autoplay muted></video>', says: undefined },
  'very wide': { html: '<video src="wide.mp4" autoplay muted></video>', says: undefined },
};

describe('media that are not as they should be', function () {
  this.timeout(120_000);
  const workspace = usePageWorkspace();
  const cache = useOwnCache();
  let origin: Server;
  let recorded: RecordedFFmpeg;

  before(async () => {
    const pages = (name: string) => workspace.path(`pages/${name}`);
    const { path: ffmpeg } = await findFFmpeg();
    const make = (...args: string[]) => execFileSync(ffmpeg, ['-loglevel', 'error', '-y', ...args]);
    recorded = await recordFFmpeg(workspace.path('ffmpeg'));
    await makeNumbered(pages('30.mp4'), { rate: '10', frames: 30, encode: H264 });
    await makeNumbered(pages('long.mp4'), { rate: '10', frames: 120, encode: [...H264, '-crf', '0'] });
    await makeNumbered(pages('nine.mp4'), { rate: '10', frames: 90, encode: [...H264, '-crf', '30'] });
    const whole = await makeNumbered(pages('whole.mp4'), {
      ...{ rate: '10', frames: 30 },
      encode: [...H264, '-g', '1', '-movflags', '+faststart'],
    });
    const bytes = readFileSync(whole.file);
    const data = bytes.indexOf('mdat') + 4;
    writeFileSync(pages('cut.mp4'), bytes.subarray(0, (data + bytes.length) / 2));
    writeFileSync(pages('broken.mp4'), bytes.fill(0x55, data));
    writeFileSync(pages('empty.mp4'), '');
    writeFileSync(pages('notes.txt'), 'Not a film.\n'.repeat(100));
    writeFileSync(pages('list.m3u8'), `#EXTM3U\n#EXTINF:1,\n${pages('30.mp4')}\n`);
    const tone = ['-f', 'lavfi', '-i', 'sine=duration=2', '-f', 'lavfi', '-i', 'color=red:64x48:r=10:d=2'];
    make(...tone, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', pages('sound.mp4'));
    const wide = ['-f', 'lavfi', '-i', 'color=red:16384x16:r=10:d=0.1', '-preset', 'ultrafast'];
    make(...wide, '-c:v', 'libx264', pages('wide.mp4'));
    origin = createServer(({ url = '' }, response) => response.end(readFileSync(pages(url.slice(1)))));
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    origin.closeAllConnections();
    origin.close();
  });
  afterEach(() => {
    expect(recorded.alive(), 'processes of FFmpeg').to.deep.equal([]);
    expect(unfinished(), 'folders in the cache').to.deep.equal([]);
  });

  const files = () => readdirSync(cache(), { recursive: true, encoding: 'utf8' });
  /** What an extraction or a download that was ended has left. */
  const unfinished = () => {
    const folders = files().filter((name) => /media.[0-9a-f]{32}.\d+-\w+$/.test(name));
    const isIncomplete = (name: string) => !readdirSync(join(cache(), name)).includes('complete');
    return [...folders.filter(isIncomplete), ...files().filter((name) => /download\.|\.tmp$/.test(name))];
  };
  const sizeOf = (names: string[]) =>
    names.reduce((sum, name) => sum + statSync(join(cache(), name)).size, 0);
  const play = (video: string, more = '') =>
    `<style>body { margin: 0; background: #fff } video { display: block; width: 64px; height: 48px }</style>
    <video src="${video}" autoplay muted></video>${more}`;
  const render = (html: string, options = {}, more = {}) => {
    workspace.write('bad.html', html);
    return workspace.render('bad.html', options, { ffmpeg: recorded.path, duration: 0.5, ...more });
  };

  it('leave their elements as a browser does, and are named', async () => {
    const { port } = origin.address() as AddressInfo;
    const html = Object.values(BAD).map((element) => element.html);
    const { events } = await render(html.join('').replace('ORIGIN', `http://127.0.0.1:${port}`));
    const said = events.flatMap((event) => (event.type === 'pageMessage' ? [event.text] : []));
    for (const [name, { says }] of Object.entries(BAD)) {
      if (says)
        expect(
          said.filter((text) => says.test(text)),
          `${name}, of:\n${said.join('\n')}`,
        ).to.have.length(1);
    }
    expect(said, said.join('\n')).to.have.length(Object.values(BAD).filter(({ says }) => says).length);
    expect(events.at(-1)).to.have.property('type', 'finished');
  });

  it('show the frames that are there, from another origin too', async () => {
    const { port } = origin.address() as AddressInfo;
    const { path } = await render(play(`http://127.0.0.1:${port}/30.mp4`));
    expect(await decodeIndices(path)).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('show the last frame that there is, where the video is shorter than what shows it or is cut short', async () => {
    const { path } = await render(play('cut.mp4'), {}, { duration: 3 });
    const shown = await decodeIndices(path);
    const last = shown.at(-1) as number;
    expect(last).to.be.within(5, 25);
    expect(shown).to.deep.equal(Array.from({ length: 30 }, (_, index) => Math.min(index, last)));
  });

  it('fail a strict render when they cannot be loaded', async () => {
    const error = await rejection(
      render(play('missing.mp4'), { strict: true }).then(() => {}),
      'PAGE_ERROR',
    );
    expect(error.message).to.include('video missing.mp4');
  });

  it('are named where none of their frames can be decoded', async () => {
    const { events } = await render(play('broken.mp4'));
    const said = events.flatMap((event) => (event.type === 'pageMessage' ? [event.text] : []));
    expect(said.join('\n')).to.match(/^video broken\.mp4: /);
  });

  describe('with a cache that is too small', () => {
    const LIMIT = 15_000;
    const long = () =>
      render(
        play('long.mp4'),
        { capture: 'beginframe', mediaCache: LIMIT },
        { fps: 10, duration: 12, size: SMALL },
      );
    const all = Array.from({ length: 120 }, (_, index) => index);
    const pictures = () => files().filter((name) => name.endsWith('.jpg'));

    it('are shown all the same, and the cache stays near its limit', async () => {
      const { path } = await long();
      expect(await decodeIndices(path)).to.deep.equal(all);
      expect(pictures()).to.have.length.below(90);
      expect(sizeOf(pictures())).to.be.below(3 * LIMIT);
    });

    it('are shown by two renders that share it', async () => {
      const both = await Promise.all([long(), long()]);
      for (const { path } of both) expect(await decodeIndices(path)).to.deep.equal(all);
    });
  });

  it('are extracted again where FFmpeg was killed', async () => {
    const { path: ffmpeg } = await findFFmpeg();
    const program = workspace.path('killed-ffmpeg');
    const [count, killed] = [`${program}.count`, `${program}.killed`];
    const script = `case "$*" in *-frame_pts*) echo >> '${count}'; [ $(wc -l < '${count}') = 2 ] && touch '${killed}' && kill -9 $$;; esac`;
    writeFileSync(program, `#!/bin/sh\n${script}\nexec '${ffmpeg}' "$@"\n`, { mode: 0o755 });
    const { path } = await render(play('nine.mp4'), {}, { ffmpeg: program, duration: 5 });
    expect(existsSync(killed)).to.equal(true);
    expect(await decodeIndices(path)).to.deep.equal(Array.from({ length: 50 }, (_, index) => index));
  });

  it('fail the render with DISK_FULL where their frames find no room', async function () {
    const folder = join(cache(), 'filmgate');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'filmgate-spec', folder], {
        stdio: 'ignore',
      });
    } catch {
      return this.skip(); // Not everybody may mount.
    }
    try {
      const error = await rejection(
        render(play('long.mp4'), { capture: 'beginframe' }, { duration: 12 }).then(() => {}),
        'DISK_FULL',
      );
      expect(error.message).to.include('long.mp4');
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  });
});
