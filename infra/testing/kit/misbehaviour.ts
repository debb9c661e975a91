import { eventRecord } from "./payment.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Processes } from "./processes.ts";
import { programInPlaceOf } from "./program_in_place.ts";

/** What a validator does with a marked record. */
export const misbehaviours = ["throwTypeError", "beSlow", "hang"] as const;

export type Misbehaviour = typeof misbehaviours[number];

/** Records that contain it are marked. */
export const MARK = "the-marked-one";

/** More than twice the session's time. */
export const SLOW_MS = 15_000;

/** Counts records as often as they are handled. */
export const HANDLED_METRIC = "eventflow_scenario_handled_total";

/** A good event that is marked. */
export function markedRecord(paymentId: string) {
  return eventRecord(`${MARK} of ${paymentId}`, paymentId);
}

/** Starts a validator that misbehaves in the place of the pipeline's own, under its name. */
export async function startMisbehaving(
  processes: Processes,
  pipeline: Pipeline,
  misbehaviour: Misbehaviour,
): Promise<void> {
  await processes.start(programInPlaceOf("validator", {
    main: "misbehaving_validator.ts",
    env: { ...pipeline.environment, SCENARIO_MISBEHAVIOUR: misbehaviour },
    url: pipeline.url("validator"),
  }));
}
