export type Violation = {
  /** Path from the repository's root. */
  readonly path: string;
  /** From 1; absent if the whole file is meant. */
  readonly line?: number;
  /** What was done, as the end of a sentence that begins with the file. */
  readonly what: string;
  readonly rule: string;
};
