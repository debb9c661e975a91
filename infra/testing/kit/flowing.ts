import { readinessOf } from "#local/service_jobs.ts";
import type { Load } from "./load.ts";
import { rowsStored } from "./outcomes.ts";
import type { Pipeline, ServiceName } from "./pipeline.ts";
import { until } from "./until.ts";

/** Enough that what was under way already does not make them. */
const EVENTS = 100;

/**
 * Waits until further events have been accepted and further rows stored.
 *
 * @param when ends the sentence "Waited 300 s in vain until payments flowed …"
 * @returns milliseconds until the first of either, as load and table tell
 */
export async function untilFlowing(
  pipeline: Pipeline,
  load: Load,
  when: string,
): Promise<{ acceptedMs: number; rowMs: number }> {
  const accepted = load.accepted.length;
  const rows = await rowsStored(pipeline);
  const untilAccepted = (more: number) =>
    until(
      `payments were accepted ${when}`,
      () => load.accepted.length >= accepted + more,
    );
  const untilStored = (more: number) =>
    until(
      `rows were stored ${when}`,
      async () => await rowsStored(pipeline) >= rows + more,
    );
  const [acceptedMs, rowMs] = await Promise.all([
    untilAccepted(1),
    untilStored(1),
  ]);
  await Promise.all([untilAccepted(EVENTS), untilStored(EVENTS)]);
  return { acceptedMs, rowMs };
}

/**
 * Waits until services are ready, or are not.
 *
 * @returns milliseconds it took
 */
export async function untilReady(
  pipeline: Pipeline,
  names: readonly ServiceName[],
  ready = true,
): Promise<number> {
  const took = await Promise.all(names.map((name) =>
    until(
      `${name} was ${ready ? "ready" : "not ready"}`,
      async () => (await readinessOf(pipeline.url(name))).ready === ready,
    )
  ));
  return Math.max(...took);
}

/** Waits until a service is not ready, and says why. */
export async function untilItSays(
  pipeline: Pipeline,
  name: ServiceName,
  reason: RegExp,
): Promise<void> {
  await until(`${name} was not ready, for ${reason}`, async () => {
    const now = await readinessOf(pipeline.url(name));
    return !now.ready && reason.test(now.reason);
  });
}

/**
 * Waits until services are ready and payments flow through them.
 *
 * @param when as for `untilFlowing`
 * @returns how long each took, for a person
 */
export async function untilBack(
  pipeline: Pipeline,
  names: readonly ServiceName[],
  load: Load,
  when: string,
): Promise<string> {
  const [readyMs, { acceptedMs, rowMs }] = await Promise.all([
    untilReady(pipeline, names),
    untilFlowing(pipeline, load, when),
  ]);
  return `202 after ${seconds(acceptedMs)}, a row after ${seconds(rowMs)}, ` +
    `every service ready after ${seconds(readyMs)}`;
}

/** Milliseconds, for a person. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
