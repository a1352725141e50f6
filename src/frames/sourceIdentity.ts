/** What shapes a source's frames: two renders of one identity show the same. */
export interface SourceIdentity {
  /** What it is and how it is captured, as texts that can be compared. */
  readonly settings: Readonly<Record<string, string>>;
  /** Absolute paths of the files that it is made of, as far as they have been used. */
  readonly files: readonly string[];
  /** Whether they are the same in whichever layout they come, which may then be another one next time. Default false. */
  readonly anyFormat?: boolean;
}
