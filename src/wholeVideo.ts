import { concat, defer, map, merge, type Observable } from 'rxjs';
import { Encoder } from './encode/encoder';
import { openOutput } from './output/planOutput';
import type { RenderPlan } from './plan/renderPlan';
import { type RenderContext, renderFrames, type Video, type VideoEvent } from './renderContext';

/** A video that is written in one go, by one FFmpeg. */
export class WholeVideo implements Video {
  private readonly encoder: Encoder;

  /** @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `DISK_FULL`, `RENDER_UNFINISHED`, `ENCODE_FAILED` */
  constructor(private readonly plan: Pick<RenderPlan, 'capture' | 'encode'>) {
    const { output } = plan.encode;
    this.encoder = new Encoder(plan.encode, openOutput(output), output.path);
  }

  get framesToCapture(): number {
    return this.plan.capture.range.count;
  }

  render(context: RenderContext): Observable<VideoEvent> {
    const { encoder, plan } = this;
    const progress = encoder.progress.pipe(map((report): VideoEvent => ({ type: 'encoded', ...report })));
    const published = defer(() => encoder.close()).pipe(
      map((video): VideoEvent => ({ type: 'published', video })),
    );
    return merge(progress, concat(renderFrames(context, plan.capture.range, encoder), published));
  }

  close(): Promise<void> {
    return this.encoder.destroy();
  }
}
