import { shortened } from './bounded';
import type { DashboardState, PageMessage } from './state';

const MOST_MESSAGES = 60;

/** What a page says again counts under the frame of the first time. */
export function said(state: DashboardState, { kind, text, index, worker, count }: PageMessage): void {
  const known = state.messages.find((one) => one.kind === kind && one.text === shortened(text));
  const message = { kind, text: shortened(text), index: known ? known.index : index, worker, count };
  if (known) state.messages[state.messages.indexOf(known)] = message;
  else if (state.messages.length < MOST_MESSAGES) state.messages.push(message);
}
