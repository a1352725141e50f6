/**
 * The filter that makes what videos hold of RGB: BT.709 in the limited range, where FFmpeg's own choice is BT.601. A sample of
 * chroma is the mean of the pixels that share it. The same bytes come out on every machine; those of `toYuv.wat` are the same too.
 */
export const TO_BT709 = 'scale=out_color_matrix=bt709:out_range=tv:flags=area+accurate_rnd+bitexact';
