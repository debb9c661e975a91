/**
 * What was released: the versions that run somewhere while this one is rolled out beside them, or taken back.
 *
 * @module
 */

export type Release = {
  /** As in package.json; its tag has a `v` before it. */
  readonly version: string;
  /** The commit that its tag names: a clone need not have tags. */
  readonly commit: string;
};

/** The one that this version is compared with, and run beside. `deno task release` replaces it. */
export const releaseBefore: Release = {
  version: "0.1.0",
  commit: "93edcaf153c22af63d4b9ddfe2054c436a25fd12",
};
