import type { Source } from './connection';

/** The newest frame, or the finished video. */
export function Picture({ source: { state, video, link } }: { source: Source }) {
  const { newest, plan, result, phase } = state;
  const ratio = plan ? `${plan.size.width} / ${plan.size.height}` : '16 / 9';
  const isPlayable =
    phase === 'finished' && video && link === 'live' && /\.(mp4|webm|mov|m4v)$/i.test(result?.output ?? '');
  return (
    <section class="picture" aria-label="Picture" style={{ '--ratio': ratio }}>
      {isPlayable ? (
        // biome-ignore lint/a11y/useMediaCaption: the render has no captions to show.
        <video controls src={video} poster={newest && data(newest.jpeg)} />
      ) : newest ? (
        <img src={data(newest.jpeg)} alt={`Frame ${newest.index}`} />
      ) : (
        <div class="empty">No picture yet</div>
      )}
      <p class="caption">
        {phase === 'finished' && result ? (
          <code>{result.output}</code>
        ) : (
          newest && `newest picture: frame ${newest.index.toLocaleString('en')}`
        )}
      </p>
    </section>
  );
}

export function data(jpeg: string): string {
  return `data:image/jpeg;base64,${jpeg}`;
}
