/** Where a film's files are in storage. All that is known of a film lies under its id, which is a digest. */
export const filmKeys = {
  /** The folder of a film. */
  folder: (id: string) => `films/${id}/`,
  request: (id: string) => `films/${id}/request.json`,
  plan: (id: string) => `films/${id}/plan.json`,
  /** What is known of a verified segment. Its presence says that the segment is done. */
  entry: (id: string, segment: number) => `films/${id}/segments/${numbered(segment)}.json`,
  entries: (id: string) => `films/${id}/segments/`,
  /** A segment's file. Each attempt has one of its own. */
  segment: (id: string, file: string) => `films/${id}/segments/${file}`,
  video: (id: string, extension: string) => `films/${id}/video${extension}`,
  /** What is known of the finished video. Its presence says that it is there. */
  result: (id: string) => `films/${id}/video.json`,
};

/** Where the files of a source are: their list, and the archive. */
export const sourceKeys = {
  folder: 'sources/',
  list: (digest: string) => `sources/${digest}.json`,
  archive: (digest: string) => `sources/${digest}.tar`,
};

/** The name of a segment's file. */
export function segmentFile(segment: number, attempt: string, extension: string): string {
  return `${numbered(segment)}-${attempt}${extension}`;
}

/** `00001` for the first. */
function numbered(segment: number): string {
  return String(segment + 1).padStart(5, '0');
}
