import type { ErrorCode } from '../../src/errors';
import type { SourceFault } from '../commands';
import { fails, succeeds } from '../expected';
import { Harness } from '../harness';
import type { SourceKind } from '../scenario';
import type { Fault } from './fault';

/** What can befall which source at a frame, and the codes of a render in which it befalls every worker. */
const FRAME_FAULTS: {
  kind: SourceFault['kind'];
  sources: SourceKind[];
  codes: ErrorCode[];
  isHang?: boolean;
}[] = [
  { kind: 'throw', sources: ['threads', 'page', 'inline'], codes: ['CAPTURE_FAILED'] },
  { kind: 'exit', sources: ['threads'], codes: ['WORKER_DIED'] },
  { kind: 'never', sources: ['threads', 'inline'], codes: ['FRAME_STALLED'], isHang: true },
  { kind: 'never', sources: ['page'], codes: ['PAGE_NOT_READY'], isHang: true },
  { kind: 'hang', sources: ['threads'], codes: ['FRAME_STALLED'], isHang: true },
  { kind: 'hang', sources: ['page'], codes: ['PAGE_NOT_READY', 'FRAME_STALLED'], isHang: true },
  { kind: 'short', sources: ['inline'], codes: ['FRAME_SIZE'] },
  { kind: 'oversized', sources: ['inline'], codes: ['FRAME_SIZE'] },
];

const ALWAYS = 1000; // times.

/** A source that fails at a frame: some times, and fresh workers make up for it; or always, and the render fails. */
const atFrame: Fault = {
  name: 'source',
  weight: 12,
  fits: () => true,
  draw(random, scenario) {
    const {
      kind,
      codes,
      isHang = false,
    } = random.pick(FRAME_FAULTS.filter(({ sources }) => sources.includes(scenario.source)));
    const frame = scenario.first + random.int(0, scenario.count - 1);
    const times = random.weighted([
      { times: 1, weight: 4 },
      { times: 2, weight: 2 },
      { times: ALWAYS, weight: 2 },
    ]).times;
    const often = { 1: 'once', 2: 'twice', [ALWAYS]: 'always' }[times];
    return {
      text: `${kind} at frame ${frame}, ${often}`,
      async run(harness) {
        harness.plan(undefined, { kind, frame, times });
        const ended = await harness.finish(harness.start(), times === ALWAYS ? fails(...codes) : succeeds);
        harness.promises.checkRetries(ended, times === ALWAYS ? 2 : times, codes);
        if (isHang) harness.promises.checkBlame(ended, 'capture');
        await harness.recover(ended);
        return Harness.words(ended);
      },
    };
  },
};

/** A scene that fails in its set-up. Where the thread dies of it, it is replaced; what a scene says is believed. */
const atSetup: Fault = {
  name: 'set-up',
  weight: 2,
  fits: ({ source }) => source === 'threads',
  draw(random, scenario) {
    const { kind, expected } = random.pick([
      { kind: 'exit', expected: succeeds },
      { kind: 'throw', expected: fails('SETUP_FAILED') },
      { kind: 'never', expected: fails('SETUP_TIMEOUT') },
      { kind: 'hang', expected: fails('SETUP_TIMEOUT') },
    ] as const);
    return {
      text: `${kind}, once`,
      scenario: { ...scenario, workers: 1 }, // Others would make up for the one that does not come.
      async run(harness) {
        harness.plan(undefined, { kind, frame: 'setup', times: 1 });
        const ended = await harness.finish(harness.start(), expected);
        await harness.recover(ended);
        return Harness.words(ended);
      },
    };
  },
};

export const SOURCE_FAULTS = [atFrame, atSetup];
