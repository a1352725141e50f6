import { sample } from './history';
import type { DashboardState } from './state';

/** Adds to the history what the last snapshot and the last look at the processes told. */
export function takeSample(state: DashboardState, at: number): void {
  const { snapshot, resources } = state;
  if (!snapshot || state.phase === 'planning') return;
  const { captureRate, encodeRate, outstanding, bufferedBytes, captureWaiting, encodeWaiting } = snapshot;
  const busySeconds = new Map(snapshot.workers.map((worker) => [worker.name, worker.busySeconds]));
  const ofWorkers = state.workers.map(({ name }) => busySeconds.get(name));
  sample(state.history, at, ofWorkers, {
    ...{ captureRate, encodeRate, outstanding, bufferedBytes, captureWaiting, encodeWaiting },
    ...(resources ? { nodeMemory: resources.node.memory, nodeCpu: resources.node.cpu } : {}),
    ...(resources?.browsers
      ? { browserMemory: resources.browsers.memory, browserCpu: resources.browsers.cpu }
      : {}),
    ...(resources?.ffmpeg ? { ffmpegMemory: resources.ffmpeg.memory, ffmpegCpu: resources.ffmpeg.cpu } : {}),
  });
}
