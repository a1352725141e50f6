/** Sizes of the film strip and of the gate, in pixels, and what is punched out of the film. */
export interface Film {
  readonly scale: number;
  /** The gate: the opening, in the middle of the picture, in which one frame of film is lit. */
  readonly gateWidth: number;
  readonly gateHeight: number;
  /** Left edge of the strip, and its width. */
  readonly left: number;
  readonly width: number;
  /** From one frame of film to the next. */
  readonly pitch: number;
  /** One pitch of film: how much of each pixel is picture, and how much is perforation, from 0 to 1. */
  readonly picture: Float32Array;
  readonly perforation: Float32Array;
}

const PERFORATIONS = 4; // For each frame and side, as on 35 mm film.

/** Cuts a film that fits a picture of this size. */
export function cutFilm(width: number, height: number): Film {
  const scale = Math.min(width / 1280, height / 720);
  const gateWidth = Math.max(2, Math.round(752 * scale));
  const gateHeight = Math.max(2, Math.round(423 * scale));
  const pitch = gateHeight + Math.max(1, Math.round(33 * scale));
  const stripWidth = Math.min(width, gateWidth + 2 * Math.round(100 * scale));
  const picture = new Float32Array(stripWidth * pitch);
  const perforation = new Float32Array(stripWidth * pitch);
  const middle = stripWidth / 2;
  const hole = { x: middle - 49 * scale, halfWidth: 22 * scale, halfHeight: 17 * scale, corner: 7 * scale };
  for (let y = 0; y < pitch; y += 1) {
    for (let x = 0; x < stripWidth; x += 1) {
      const fromMiddle = Math.abs(x + 0.5 - middle);
      const at = y * stripWidth + x;
      picture[at] = roundedBox(fromMiddle, y + 0.5 - pitch / 2, gateWidth / 2, gateHeight / 2, 16 * scale);
      const step = pitch / PERFORATIONS;
      const holeY = ((y + 0.5) % step) - step / 2;
      perforation[at] = roundedBox(fromMiddle - hole.x, holeY, hole.halfWidth, hole.halfHeight, hole.corner);
    }
  }
  const left = Math.round((width - stripWidth) / 2);
  return { scale, gateWidth, gateHeight, left, width: stripWidth, pitch, picture, perforation };
}

/** How much of the pixel at (x, y) is inside a box around the origin, its edge one pixel soft. */
export function roundedBox(
  x: number,
  y: number,
  halfWidth: number,
  halfHeight: number,
  corner: number,
): number {
  const outX = Math.abs(x) - halfWidth + corner;
  const outY = Math.abs(y) - halfHeight + corner;
  const outside =
    Math.hypot(Math.max(outX, 0), Math.max(outY, 0)) + Math.min(Math.max(outX, outY), 0) - corner;
  return Math.min(1, Math.max(0, 0.5 - outside));
}

/** Where the film stands at a time, in frames of film: held still for most of a second, then pulled down by one. */
export function filmPosition(time: number): number {
  const held = Math.floor(time);
  return held + smooth((time - held - 0.76) / 0.24);
}

/** From 0 to 1 with no edge at either end. */
export function smooth(value: number): number {
  const x = Math.min(1, Math.max(0, value));
  return x * x * x * (x * (6 * x - 15) + 10);
}
