import type { RenderEvent } from '../index';

const TYPES = [
  'retried',
  'workerRetired',
  'segmentVerified',
  'segmentInvalid',
  'laneAdded',
  'assembling',
] as const;

/** What happens in a render now and then, beside the frames. */
export type Notice = Extract<RenderEvent, { type: (typeof TYPES)[number] }>;

/** Whether an event is one of them. */
export function isNotice(event: RenderEvent): event is Notice {
  return (TYPES as readonly string[]).includes(event.type);
}
