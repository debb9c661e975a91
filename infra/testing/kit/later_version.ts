import type { Pipeline } from "./pipeline.ts";
import type { Processes } from "./processes.ts";
import { programInPlaceOf } from "./program_in_place.ts";

/** A type of event that only a later version knows. */
export const LATER_TYPE = "payment.settled.v1";

/** A header that only a later version sets. */
export const LATER_HEADER = "eventflow-of-a-later-version";

/** Starts a validator of a later version in the place of the pipeline's own, which has ended, under its name. */
export async function startNewerValidator(
  processes: Processes,
  pipeline: Pipeline,
): Promise<void> {
  await processes.start(programInPlaceOf("validator", {
    main: "newer_validator.ts",
    env: pipeline.environment,
    url: pipeline.url("validator"),
  }));
}
