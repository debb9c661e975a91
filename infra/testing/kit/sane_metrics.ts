import assert from "node:assert/strict";
import type { Pipeline } from "./pipeline.ts";

/** Asserts that no figure that a service tells of itself is negative or no number. */
export async function assertSaneMetrics(
  pipeline: Pipeline,
  service: string,
): Promise<void> {
  const response = await fetch(`${pipeline.operationsUrl(service)}/metrics`);
  const wrong = (await response.text()).split("\n")
    .filter((line) => line.startsWith("eventflow_"))
    .filter((line) => !(Number(line.split(" ").at(-1)) >= 0));
  assert.deepEqual(wrong, [], `figures of ${service}`);
}
