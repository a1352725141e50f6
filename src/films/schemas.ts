import { z } from 'zod';
import { CODECS } from '../encode/codecs';
import { FilmgateError } from '../errors';
import type { VerifiedSegment } from '../segments/manifest';
import type { HeardRun } from '../sound/heardSound';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.number().int().nonnegative();
const rate = z.strictObject({
  numerator: z.number().int().positive(),
  denominator: z.number().int().positive(),
});
const range = z.strictObject({ first: whole, count: z.number().int().positive() });
const rangeOrText = z.union([range, z.string()]);
/** A path from a folder, with slashes, that stays in it. */
const path = z
  .string()
  .min(1)
  .refine((text) => !/^[/\\]|^[a-z]:|\0|\\/i.test(text) && !text.split('/').includes('..'), {
    error: 'is no path inside the source',
  });

/** The name of a film, in Redis and in storage. */
export const filmId = z.string().regex(/^[0-9a-f]{32}$/);

/** What decoded frames depend on beside the film itself: only machines that are equal in it may share a film. */
export interface Environment {
  /** Version of this package. */
  readonly filmgate: string;
  /** Version of FFmpeg. */
  readonly ffmpeg: string;
  /** Major version of Node.js, such as `v22`. */
  readonly node: string;
  /** Operating system, and what its processor can do. */
  readonly system: string;
  /** The browser's version and mode; without one, no pages can be rendered. */
  readonly browser?: string;
  /** A digest of the fonts that the browser finds. */
  readonly fonts?: string;
  /** Versions of packages that draw or compile, by their names. */
  readonly packages: Readonly<Record<string, string>>;
}

export const environmentSchema = z.strictObject({
  filmgate: z.string(),
  ffmpeg: z.string(),
  node: z.string(),
  system: z.string(),
  browser: z.string().exactOptional(),
  fonts: z.string().exactOptional(),
  packages: z.record(z.string(), z.string()),
}) satisfies z.ZodType<Environment>;

/** What a film is: the request that was handed in. */
export const requestSchema = z.strictObject({
  version: z.literal(1),
  environment: environmentSchema,
  source: z.strictObject({
    kind: z.enum(['scene', 'page', 'project']),
    /** The digest of its files; null for a page from the web. */
    digest: digest.nullable(),
    entry: z.string().min(1),
    options: z.record(z.string(), z.unknown()),
  }),
  audio: z.array(
    z.strictObject({
      digest,
      file: path,
      offset: z.number().nonnegative(),
      volume: z.number().nonnegative(),
    }),
  ),
  /** The extension of the video's name, with its dot. */
  extension: z.string().regex(/^\.[a-z0-9]+$/),
  /** What shapes the video: names and meaning are those of `RenderOptions`. */
  shape: z.strictObject({
    size: z.union([z.string(), z.strictObject({ width: whole, height: whole })]).optional(),
    fps: z.union([z.string(), z.number(), rate]).optional(),
    duration: z.number().optional(),
    frames: rangeOrText.optional(),
    codec: z.enum(Object.keys(CODECS) as [keyof typeof CODECS]).optional(),
    crf: z.number().optional(),
    bitrate: z.union([z.string(), z.number()]).optional(),
    preset: z.string().optional(),
    pixelFormat: z.string().optional(),
    alpha: z.boolean().optional(),
    threads: z.number(),
    faststart: z.boolean().optional(),
    segment: z.union([z.string(), z.number()]),
    pageAudio: z.boolean().optional(),
  }),
  /** What shapes how it is rendered, and not the frames. */
  run: z.strictObject({
    workers: z.union([z.number(), z.literal('auto')]).optional(),
    window: z.number().optional(),
    memory: z.union([z.number(), z.string()]).optional(),
    maxTries: z.number().optional(),
    frameTimeout: z.number().optional(),
    encoderTimeout: z.number().optional(),
  }),
});

/** How a film is rendered: what every machine has to come to by itself. */
export const planSchema = z.strictObject({
  version: z.literal(1),
  format: z.looseObject({ width: whole, height: whole }),
  fps: rate,
  range,
  codec: z.enum(Object.keys(CODECS) as [keyof typeof CODECS]),
  encoder: z.string(),
  pixelFormat: z.string(),
  /** The extension of a segment's file. */
  extension: z.string().regex(/^\.[a-z0-9]+$/),
  /** FFmpeg's arguments for a segment. They are compared, and never run from here. */
  args: z.array(z.string()),
  pageAudio: z.boolean(),
  segments: z
    .array(z.strictObject({ segment: whole, first: whole, count: z.number().int().positive() }))
    .min(1),
  warnings: z.array(z.string()),
});

const heardRun = z.strictObject({
  id: z.string(),
  media: z.string(),
  start: z.number(),
  from: z.number(),
  rate: z.number(),
  loop: z.boolean(),
  loopFrom: z.number().exactOptional(),
  duration: z.number().exactOptional(),
  end: z.number().exactOptional(),
  spans: z.array(z.strictObject({ first: whole, last: whole, volumes: z.array(z.number()) })),
}) satisfies z.ZodType<HeardRun>;

/** What is known of a verified segment. */
export const entrySchema = z.strictObject({
  segment: whole,
  first: whole,
  count: z.number().int().positive(),
  file: z.string().regex(/^\d+-[0-9a-f]+\.[a-z0-9]+$/),
  bytes: whole,
  sha256: digest,
  sound: z.array(heardRun).exactOptional(),
}) satisfies z.ZodType<VerifiedSegment>;

/** What is known of a finished video in storage. */
export interface StoredVideo {
  /** How many frames it has. */
  readonly frames: number;
  /** Its size. */
  readonly bytes: number;
  /** The SHA-256 of its content, in hexadecimal. */
  readonly sha256: string;
}

export const resultSchema = z.strictObject({
  frames: whole,
  bytes: whole,
  sha256: digest,
}) satisfies z.ZodType<StoredVideo>;

/** The files of a source. */
export const sourceSchema = z.array(z.strictObject({ path, bytes: whole, sha256: digest }));

export type FilmRequest = z.infer<typeof requestSchema>;
export type FilmPlan = z.infer<typeof planSchema>;
export type SourceFiles = z.infer<typeof sourceSchema>;

/** Checks data that came from Redis or storage: `JOB_INVALID`, with the fix, where it is not what Filmgate writes. */
export function checked<T>(schema: z.ZodType<T>, data: unknown, what: string, fix?: string): T {
  const { success, data: right, error } = schema.safeParse(data);
  if (success) return right;
  const [issue] = error.issues;
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  const mend = fix === undefined ? '' : `; ${fix}`;
  const message = `${what} is not what Filmgate writes: ${where}${issue?.message}${mend}`;
  throw new FilmgateError('JOB_INVALID', message, { cause: error });
}

/** A text that should be the JSON of something. */
export function jsonOf<T>(schema: z.ZodType<T>) {
  const json = z.string().transform((text, { addIssue }): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      addIssue('it is no JSON');
      return z.NEVER;
    }
  });
  return json.pipe(schema);
}

/** The same as `checked` for a text that should be JSON. */
export function parsed<T>(schema: z.ZodType<T>, text: string, what: string, fix?: string): T {
  return checked(jsonOf(schema), text, what, fix);
}
