import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Series } from '../state/history';
import type { DashboardState } from '../state/state';
import { type Theme, useTheme } from './theme';

interface Line {
  readonly series: Series;
  readonly label: string;
  readonly color: keyof Theme;
}

interface PlotOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  format(value: number): string;
  /** What the axis reaches to at least: steps of a smaller one would all read the same. */
  readonly least: number;
  /** A limit that is drawn as a line of its own. */
  readonly limit?: number | undefined;
}

const HEIGHT = 170;

/** Lines over the time of the whole render. */
export function Plot({ state, title, lines, format, least, limit }: PlotOptions & { state: DashboardState }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const theme = useTheme();
  const { at, series } = state.history;
  const known = lines.filter((line) => series[line.series].some((value) => value !== null));
  const names = known.map((line) => line.label).join();
  const data: uPlot.AlignedData = [
    at.map((time) => time / 1000),
    ...known.map((line) => series[line.series]),
  ];
  if (limit !== undefined) data.push(at.map(() => limit));

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const options = optionsOf({ title, lines: known, format, least, limit }, theme, element.clientWidth);
    const made = new uPlot(options, data, element);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
    };
  }, [theme, names, limit === undefined]);
  const last = at.at(-1) ?? 0;
  useEffect(() => {
    const { current } = plot;
    if (!current) return;
    const times = current.data[0];
    const { min, max } = current.scales.x ?? {};
    const isZoomed = min != null && max != null && (min > (times[0] ?? 0) || max < (times.at(-1) ?? 0));
    current.setData(data, !isZoomed);
  }, [at.length, last, state.phase]);

  const summary = useMemo(
    () => known.map((line) => `${line.label} ${format(series[line.series].at(-1) ?? 0)}`).join(', '),
    [last, names],
  );
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <div ref={box} role="img" aria-label={`${title}: now ${summary || 'unknown'}`} />
    </figure>
  );
}

function optionsOf({ lines, format, least, limit }: PlotOptions, theme: Theme, width: number): uPlot.Options {
  const axis = {
    stroke: theme.faint,
    grid: { stroke: theme.line, width: 1 },
    ticks: { stroke: theme.line, width: 1 },
  };
  // Where nobody points, the last values: a phone has nothing to hover with.
  const named =
    (words: (value: number) => string) =>
    ({ data }: uPlot, value: number | null, line: number, row: number | null) => {
      const shown = row === null ? data[line]?.at(-1) : value;
      return shown == null ? '–' : words(shown);
    };
  const value = named(format);
  return {
    width,
    height: HEIGHT,
    cursor: { sync: { key: 'filmgate' }, points: { size: 6 } },
    legend: { live: true },
    scales: {
      x: { time: false },
      y: { range: (_, __, max) => [0, Math.max(limit ?? 0, max || 0, least) * 1.08] },
    },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map(clock), size: 28 },
      { ...axis, values: (_, ticks) => ticks.map(format), size: 64 },
    ],
    series: [
      { label: 'at', value: named(clock) },
      ...lines.map(({ label, color }) => ({
        label,
        value,
        stroke: theme[color],
        width: 2,
        ...(lines.length === 1 ? { fill: `${theme[color]}22` } : {}),
        points: { show: false },
      })),
      ...(limit === undefined
        ? []
        : [{ label: 'window', value, stroke: theme.faint, dash: [4, 4], width: 1, points: { show: false } }]),
    ],
  };
}

function clock(time: number): string {
  const minutes = Math.floor(time / 60);
  const rest = time - minutes * 60;
  return minutes > 0
    ? `${minutes}:${String(Math.floor(rest)).padStart(2, '0')}`
    : `${Number(rest.toFixed(1))} s`;
}
