import { BROWSER_FAULTS } from './browser';
import { ENCODER_FAULTS } from './encoder';
import { ENDING_FAULTS } from './ending';
import type { Fault } from './fault';
import { none } from './none';
import { OUTPUT_FAULTS } from './output';
import { PROGRAM_FAULTS } from './program';
import { SOURCE_FAULTS } from './source';

/** Everything that can go wrong in a run. */
export const FAULTS: readonly Fault[] = [
  none,
  ...ENCODER_FAULTS,
  ...SOURCE_FAULTS,
  ...BROWSER_FAULTS,
  ...OUTPUT_FAULTS,
  ...ENDING_FAULTS,
  ...PROGRAM_FAULTS,
];
