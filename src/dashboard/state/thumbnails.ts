import type { Thumbnail } from './state';

const MOST_THUMBNAILS = 48;

/** Keeps pictures of frames that are evenly apart: of too many, the one whose neighbours are closest goes. */
export function addThumbnail(thumbnails: Thumbnail[], thumbnail: Thumbnail): void {
  const later = thumbnails.findIndex(({ index }) => index >= thumbnail.index);
  if (later >= 0 && thumbnails[later]?.index === thumbnail.index) return;
  thumbnails.splice(later < 0 ? thumbnails.length : later, 0, thumbnail);
  if (thumbnails.length <= MOST_THUMBNAILS) return;
  let closest = 1;
  const gap = (place: number) => indexAt(thumbnails, place + 1) - indexAt(thumbnails, place - 1);
  for (let place = 2; place < thumbnails.length - 1; place += 1)
    if (gap(place) < gap(closest)) closest = place;
  thumbnails.splice(closest, 1);
}

function indexAt(thumbnails: Thumbnail[], place: number): number {
  return thumbnails[place]?.index ?? 0;
}

/** The picture that is nearest to a frame. */
export function nearest(thumbnails: readonly Thumbnail[], frame: number): Thumbnail | undefined {
  const away = ({ index }: Thumbnail) => Math.abs(index - frame);
  return thumbnails.reduce<Thumbnail | undefined>(
    (best, one) => (best && away(best) <= away(one) ? best : one),
    undefined,
  );
}
