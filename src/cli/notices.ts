import type { RenderEvent } from '../index';

const TYPES = [
  'warning',
  'captureFallback',
  'retried',
  'workerRetired',
  'segmentVerified',
  'segmentInvalid',
  'assembling',
] as const;

/** What happens now and then in a render, apart from its frames. */
export type Notice = Extract<RenderEvent, { type: (typeof TYPES)[number] }>;

/** Whether an event is a notice. */
export function isNotice(event: RenderEvent): event is Notice {
  return (TYPES as readonly string[]).includes(event.type);
}
