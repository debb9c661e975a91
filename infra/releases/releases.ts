/**
 * What was released: the versions that run somewhere while this one is rolled out beside them, or taken back.
 *
 * @module
 */

export type Release = {
  /** What it is called. */
  readonly version: string;
  /** A clone need not have tags. */
  readonly commit: string;
};

/** The one that this version is compared with, and run beside. Once this version is released, it takes that one's place. */
export const releaseBefore: Release = {
  version: "0.1.0",
  commit: "93edcaf153c22af63d4b9ddfe2054c436a25fd12",
};
