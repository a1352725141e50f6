import type { RenderEvent } from '../index';

const TYPES = [
  'retried',
  'workerRetired',
  'segmentVerified',
  'segmentRefused',
  'laneAdded',
  'assembling',
] as const;

/** What happens in a render now and then, beside the frames. */
export type Incident = Extract<RenderEvent, { type: (typeof TYPES)[number] }>;

/** Whether an event is one of them. */
export function isIncident(event: RenderEvent): event is Incident {
  return (TYPES as readonly string[]).includes(event.type);
}
