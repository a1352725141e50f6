/** Captures HyperFrames projects in headless Chromium. Needs the optional package `@hyperframes/core`. */
export { type HyperframesOptions, hyperframes } from './capture/hyperframes/hyperframes';
export { isHyperframesProject } from './capture/hyperframes/project';
export type { Variables } from './capture/hyperframes/variables';
