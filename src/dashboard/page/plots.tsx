import { formatBytes } from '../../frames/bytes';
import type { DashboardState } from '../state/state';
import { Plot } from './plot';

/** The whole render: hover for values, drag to zoom, double-click to see all; the legend switches lines. */
export function Plots({ state }: { state: DashboardState }) {
  const fixed = (digits: number, unit: string) => (value: number) => `${value.toFixed(digits)}${unit}`;
  const held = state.plan ? `frames held (${formatBytes(state.plan.memory)} at most)` : 'frames held';
  return (
    <section class="plots" aria-labelledby="plots-title">
      <h2 id="plots-title">
        The whole render <small>drag to zoom, double-click to see all</small>
      </h2>
      <div class="grid">
        <Plot
          state={state}
          title="Frames per second"
          lines={[
            { series: 'captureRate', label: 'captured', color: 'picture' },
            { series: 'encodeRate', label: 'written', color: 'written' },
          ]}
          format={fixed(1, '')}
          least={1}
        />
        <Plot
          state={state}
          title="Outstanding frames"
          lines={[{ series: 'outstanding', label: 'outstanding', color: 'waiting' }]}
          format={fixed(0, '')}
          least={8}
          limit={state.plan?.window}
        />
        <Plot
          state={state}
          title="Memory"
          lines={[
            { series: 'nodeMemory', label: 'Node', color: 'written' },
            { series: 'browserMemory', label: 'browsers', color: 'picture' },
            { series: 'ffmpegMemory', label: 'FFmpeg', color: 'wait' },
            { series: 'bufferedBytes', label: held, color: 'transfer' },
          ]}
          format={formatBytes}
          least={1e6}
        />
        <Plot
          state={state}
          title="Processor, in cores"
          lines={[
            { series: 'nodeCpu', label: 'Node', color: 'written' },
            { series: 'browserCpu', label: 'browsers', color: 'picture' },
            { series: 'ffmpegCpu', label: 'FFmpeg', color: 'wait' },
          ]}
          format={fixed(2, '')}
          least={0.2}
        />
      </div>
    </section>
  );
}
