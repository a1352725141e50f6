import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { saveReportOf } from '../../src/dashboard/index';
import { type CliOptions, runCli, startCli } from '../support/cli';
import { reads, useDashboardPages } from '../support/dashboardPage';
import { useFolder } from '../support/folder';
import { simulatedRender } from '../support/simulatedRender';

describe('filmgate with a dashboard, a report and saved events', () => {
  const openPage = useDashboardPages();
  const path = useFolder();

  /** Never gives its thread back, from frame 6 on. */
  const HANG = 'while (index > 5) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);';

  /** A scene of 20 frames, which paints with this. */
  function renderOf(paint: string): string[] {
    const scene = `width: 64, height: 48, fps: 30, frames: 20, alpha: false, paint(pixels, { index }) { ${paint} }`;
    writeFileSync(path('scene.js'), `module.exports = { ${scene} };`);
    return ['render', path('scene.js'), '-o', path('video.mp4')];
  }

  /** Starts it, and returns the address that it prints. */
  async function start(args: readonly string[], options?: CliOptions) {
    const cli = startCli(args, options);
    let said = '';
    cli.child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    cli.child.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    const url = await new Promise<string>((resolve) => {
      const look = () => {
        const found = /http:\/\/127\.0\.0\.1:\d+\/#[\w-]+/.exec(said);
        if (found) resolve(found[0]);
      };
      cli.child.stderr?.on('data', look);
      cli.child.stdout?.on('data', look);
    });
    return { cli, url };
  }

  it('keeps the page open when the video is done, until Ctrl-C, and then says that it succeeded', async () => {
    const { cli, url } = await start([...renderOf('pixels.fill(index);'), '--dashboard']);
    const page = await openPage(url);
    await reads(page, '.headline', /^Done: 20 frames/);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy command' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).to.match(
      /^filmgate render \S+scene\.js -o \S+video\.mp4 --dashboard$/,
    );
    await cli.said(/stays open; press Ctrl-C/);
    cli.child.kill('SIGINT');
    const { code, stderr } = await cli.ended;
    expect(code).to.equal(0);
    expect(stderr).to.not.include('Cancelling');
  });

  it('can be cancelled from the page, and then shows that', async () => {
    const { cli, url } = await start([...renderOf(HANG), '--dashboard', '--quiet']);
    const page = await openPage(url);
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'Yes, cancel' }).click();
    await reads(page, '.headline', /^Cancelled/);
    cli.child.kill('SIGINT');
    expect((await cli.ended).code).to.equal(130);
  });

  it('writes a report also of a render that fails', async () => {
    const args = [...renderOf("if (index === 9) throw new Error('the lamp broke');"), '--max-tries', '1'];
    const { code } = await runCli([...args, '--report', path('report.html')]);
    expect(code).to.equal(1);
    const page = await openPage(pathToFileURL(path('report.html')).href);
    await reads(page, '.headline', /^Failed: frame 9 .*the lamp broke.*CAPTURE_FAILED/);
  });

  it('writes a report also of a render that is cancelled', async () => {
    const cli = startCli([...renderOf(HANG), '--report', path('report.html')]);
    await cli.said(/20 frames/);
    cli.child.kill('SIGINT');
    expect((await cli.ended).code).to.equal(130);
    const page = await openPage(pathToFileURL(path('report.html')).href);
    await reads(page, '.headline', /^Cancelled/);
  });

  it('shows saved events as they were shown live, and as a report', async () => {
    const args = [
      ...renderOf('pixels.fill(index);'),
      '--progress-format',
      'ndjson',
      '--progress-events',
      'all',
    ];
    writeFileSync(path('events.ndjson'), (await runCli(args)).stderr);
    const { cli, url } = await start(['view', path('events.ndjson')]);
    const page = await openPage(url);
    await reads(page, '.headline', /^Done: 20 frames/);
    const { code } = await runCli(['view', path('events.ndjson'), '--report', path('report.html')]);
    expect(code).to.equal(0);
    const report = await openPage(pathToFileURL(path('report.html')).href);
    await reads(report, '.headline', /^Done: 20 frames/);
    expect(await report.locator('.lists').textContent()).to.equal(await page.locator('.lists').textContent());
    expect(statSync(path('report.html')).size).to.be.below(5e6);
    cli.child.kill('SIGINT');
    expect((await cli.ended).code).to.equal(0);
  });

  /** Saves the events of a simulated render, at five frames a second, with a picture of every fifth. */
  function saveEvents(frames: number): void {
    const jpeg = randomBytes(10_500).toString('base64'); // Larger than those of most films.
    const file = openSync(path('events.ndjson'), 'w');
    for (const { at, event } of simulatedRender({ frames, workers: 2, capture: () => 400 })) {
      const { type, ...fields } = event;
      const flat = type === 'progress' ? event.snapshot : type === 'finished' ? event.result : fields;
      const lines: object[] = [{ v: 1, type, at, ...flat }];
      if (type === 'written' && event.index % 5 === 0)
        lines.push({ v: 1, type: 'thumbnail', at, index: event.index, width: 480, height: 270, jpeg });
      writeSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    }
    closeSync(file);
  }

  it('writes an hour with many pictures to a report of less than 5 MB', async () => {
    saveEvents(18_000);
    await saveReportOf(path('events.ndjson'), path('report.html'));
    expect(statSync(path('report.html')).size).to.be.below(5e6);
    const page = await openPage(pathToFileURL(path('report.html')).href);
    await reads(page, '.headline', /^Done: 18,000 frames/);
    await reads(page, '.numbers', /elapsed1:0\d:\d\d/);
  });

  it('shows the values of a moment, a part of the time, and the lines that are wanted', async () => {
    saveEvents(600);
    await saveReportOf(path('events.ndjson'), path('report.html'));
    const page = await openPage(pathToFileURL(path('report.html')).href);
    const plot = page.locator('.plots figure').first();
    const line = plot.locator('.u-series', { hasText: 'captured' });
    await plot.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await plot.locator('.u-over').boundingBox()) ?? expect.fail('no plot');
    /** The time that is told of a place, in seconds: `1:55`, or `7.5 s`. */
    const timeAt = async (share: number) => {
      await page.mouse.move(x + width * share, y + height / 2);
      const text = (await plot.locator('.u-series', { hasText: 'at' }).first().textContent()) ?? '';
      const [, minutes = '0', rest] = /(?:(\d+):)?([\d.]+)/.exec(text) ?? [];
      return 60 * Number(minutes) + Number(rest);
    };
    expect(await timeAt(0.5)).to.be.within(50, 70);
    expect(await line.locator('.u-value').textContent()).to.match(/^[45]\.\d$/);

    await page.mouse.move(x + width * 0.5, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.75, y + height / 2);
    await page.mouse.up();
    expect(await timeAt(0.02)).to.be.within(55, 70);
    await page.mouse.dblclick(x + width / 2, y + height / 2);
    expect(await timeAt(0.02)).to.be.below(10);

    const isOff = async () => (await line.getAttribute('class'))?.includes('u-off');
    expect(await isOff()).to.equal(false);
    await line.locator('th').click();
    expect(await isOff()).to.equal(true);
  });

  it('refuses events that lack their times, a port that is none, and a report that is no page', async () => {
    writeFileSync(path('events.ndjson'), '{"v":1,"type":"warning","message":"no time"}\n');
    const old = await runCli(['view', path('events.ndjson')]);
    expect(old).to.deep.include({ code: 2 });
    expect(old.stderr).to.include('--progress-events all');
    const render = renderOf('pixels.fill(index);');
    expect((await runCli([...render, '--dashboard=http'])).stderr).to.match(
      /--dashboard: invalid value "http"/,
    );
    writeFileSync(path('film.mp4'), 'kept');
    const wrong = await runCli([...render, '--report', path('film.mp4')]);
    expect(wrong.stderr).to.match(/--report: invalid value .* ends in \.html/);
    expect(readFileSync(path('film.mp4'), 'utf8')).to.equal('kept');
  });
});
