import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import {
  asksForTop,
  checkBeforehand,
  drawnFormat,
} from '../../../../src/capture/chromium/canvas/checkBeforehand';
import { differenceOf } from '../../../../src/capture/chromium/canvas/difference';
import { memoryFolder } from '../../../../src/capture/chromium/canvas/memoryFolder';
import { TO_YUV } from '../../../../src/capture/chromium/canvas/toYuv';
import { startChecks } from '../../../../src/capture/chromium/canvas/tryCanvas';
import { undrawableRequest } from '../../../../src/capture/chromium/canvas/undrawableRequest';
import { findFFmpeg } from '../../../../src/ffmpeg/findFFmpeg';
import { TO_BT709 } from '../../../../src/ffmpeg/toBt709';
import { expectThrows } from '../../../support/expectThrows';

describe('differenceOf', () => {
  it('says how many samples differ, and by how much at most', () => {
    const picture = Buffer.from([1, 2, 3, 255, 9, 9, 9, 255, 0, 0, 0, 255]);
    expect(differenceOf(picture, Buffer.from(picture))).to.equal(undefined);
    const other = Buffer.from([1, 2, 4, 255, 9, 9, 9, 255, 0, 70, 3, 255]);
    expect(differenceOf(picture, other)).to.equal('in 3 samples, by up to 70');
    expect(differenceOf(picture, other.subarray(4))).to.equal('in its size');
  });
});

describe('asksForTop', () => {
  for (const text of [
    'if (window.top !== window.self) {}',
    'top === self',
    'if(self!=top)',
    'top.location = location',
    "window['top']",
    'const page = globalThis.top',
    'location.ancestorOrigins.length',
  ])
    it(`is true of ${text}`, () => expect(asksForTop(text)).to.equal(true));

  for (const text of ['rect.top > 3', '{ top: 3px }', 'const top = 3', 'style.top = "3px"', 'stop.location'])
    it(`is false of ${text}`, () => expect(asksForTop(text)).to.equal(false));
});

describe('checkBeforehand', () => {
  const encodes = { keepAlpha: false, pixelFormat: 'yuv420p' };
  const fine = { isServed: true, document: '', image: 'png', encodes } as const;

  it('takes a page of our own whose video has no alpha channel', () => checkBeforehand(fine));

  for (const [other, says] of [
    [{ isServed: false }, 'URL'],
    [{ image: 'jpeg' }, 'jpeg'],
    [{ encodes: undefined }, 'not known'],
    [{ encodes: { ...encodes, keepAlpha: true } }, 'alpha'],
    [{ document: '<script>top.location</script>' }, 'in a frame'],
  ] as const)
    it(`refuses ${JSON.stringify(other)}`, () =>
      expectThrows(() => checkBeforehand({ ...fine, ...other }), 'CAPTURE_INEXACT', says));
});

describe('drawnFormat', () => {
  const of = (width: number, height: number, pixelFormat = 'yuv420p') =>
    drawnFormat({ width, height }, { keepAlpha: false, pixelFormat }).pixels;

  it('is I420 where that is encoded, and can be made of so many pixels', () => {
    expect(of(64, 48)).to.equal('yuv420p');
    expect([of(65, 48), of(64, 49), of(64, 48, 'yuv444p')]).to.deep.equal(['bgrx', 'bgrx', 'bgrx']);
  });
});

describe('the converter to I420', () => {
  const [width, height] = [64, 48];

  it('makes the bytes that FFmpeg makes, of whatever pixels', async () => {
    const { instance } = await WebAssembly.instantiate(Buffer.from(TO_YUV, 'base64'));
    const { memory, convert } = instance.exports as {
      memory: WebAssembly.Memory;
      convert(from: number, to: number, width: number, height: number): void;
    };
    const bytes = width * height * 4;
    const { path: ffmpeg } = await findFFmpeg();
    const raw = ['-f', 'rawvideo', '-pixel_format', 'bgr0', '-video_size', `${width}x${height}`];
    const filters = `${TO_BT709},format=yuv420p`;
    const args = ['-loglevel', 'error', ...raw, '-i', 'pipe:0', '-vf', filters, '-f', 'rawvideo', 'pipe:1'];
    for (const pixels of [
      randomBytes(bytes),
      Buffer.alloc(bytes, 255),
      Buffer.alloc(bytes),
      Buffer.from(Uint32Array.from({ length: width * height }, (_, at) => at * 5461).buffer), // All colours, evenly.
    ]) {
      memory.grow(1);
      new Uint8Array(memory.buffer).set(pixels, 1024);
      convert(1024, 1024 + bytes, width, height);
      const frame = Buffer.from(memory.buffer, 1024 + bytes, (width * height * 3) / 2);
      expect(frame.equals(execFileSync(ffmpeg, args, { input: pixels }))).to.equal(true);
    }
  });
});

describe('memoryFolder', () => {
  it('names the folder where there is room', () => expect(memoryFolder(1, '/tmp')).to.equal('/tmp'));

  it('says how much room is missing, and where there is no such folder', () => {
    expectThrows(() => memoryFolder(1e15, '/tmp'), 'CAPTURE_INEXACT', 'are needed');
    expectThrows(() => memoryFolder(1, '/nowhere'), 'CAPTURE_INEXACT', 'cannot be written to');
  });
});

describe('startChecks', () => {
  const of = (count: number, sequential = false, first = 0) => startChecks({ first, count }, sequential);

  it('are the first frame, the middle one and the last', () => {
    expect([of(101), of(2), of(1)]).to.deep.equal([[0, 50, 100], [0, 1], [0]]);
    expect(of(11, false, 200)).to.deep.equal([200, 205, 210]);
  });

  it('are near the beginning of a page that only moves forward', () => {
    expect([of(5000, true), of(3, true)]).to.deep.equal([
      [0, 5, 10],
      [0, 1, 2],
    ]);
  });
});

describe('undrawableRequest', () => {
  const origin = 'http://127.0.0.1:7';
  const sent = (type: string, url: string) =>
    undrawableRequest({ method: 'Network.requestWillBeSent', params: { type, request: { url } } }, origin);
  const received = (type: string, url: string, mimeType: string) => {
    const params = { type, response: { url, mimeType } };
    return undrawableRequest({ method: 'Network.responseReceived', params }, origin);
  };
  const html = '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject></foreignObject></svg>';

  it('is a picture, a frame or a medium of another origin', () => {
    for (const type of ['Image', 'Document', 'Media', 'Other'])
      expect(sent(type, 'https://example.com/a'), type).to.equal('https://example.com/a, of another origin');
    expect(sent('Image', 'http://127.0.0.1:8/a')).to.be.a('string');
  });

  it('is nothing of the own origin, and nothing that is no picture', () => {
    expect(sent('Image', `${origin}/a.png`)).to.equal(undefined);
    expect(sent('Image', 'data:image/png;base64,AA==')).to.equal(undefined);
    for (const type of ['Script', 'Font', 'Stylesheet', 'Fetch', 'XHR'])
      expect(sent(type, 'https://example.com/a'), type).to.equal(undefined);
  });

  it('is an SVG picture with HTML in it, however it is written', () => {
    const svg = 'image/svg+xml';
    for (const url of [
      `data:${svg},${encodeURIComponent(html)}`,
      `data:${svg},${html}%zz`,
      `data:${svg};base64,${Buffer.from(html).toString('base64')}`,
      'blob:http://127.0.0.1:7/x',
    ])
      expect(received('Image', url, svg), url).to.be.a('string');
    expect(received('Image', `data:${svg},<svg></svg>`, svg)).to.equal(undefined);
    expect(received('Image', 'blob:http://127.0.0.1:7/x', 'image/png')).to.equal(undefined);
    expect(received('Document', `${origin}/a.svg`, svg)).to.equal(undefined);
  });
});
