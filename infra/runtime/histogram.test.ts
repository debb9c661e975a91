import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as client from "prom-client";
import { BucketedHistogram } from "./histogram.ts";

const about = { name: "demo_seconds", help: "A \\ and\na new line." };
const bounds = [0.001, 0.1, 1, 2.5, 10];

/** A histogram of ours and one of prom-client's, each in a registry of its own. */
function both(labelNames: readonly string[]) {
  const [ours, theirs] = [new client.Registry(), new client.Registry()];
  const own = new BucketedHistogram({ ...about, labelNames, bounds });
  own.registerIn(ours);
  const other = new client.Histogram({
    ...about,
    labelNames: [...labelNames],
    buckets: bounds,
    registers: [theirs],
  });
  return { own, other, registries: [ours, theirs] as const };
}

async function assertSamePage(
  registries: readonly [client.Registry, client.Registry],
): Promise<void> {
  const [ours, theirs] = await Promise.all(
    registries.map((registry) => registry.metrics()),
  );
  assert.equal(ours, theirs);
  const labelled = await Promise.all(registries.map((registry) => {
    const merged = client.Registry.merge([registry]);
    merged.setDefaultLabels({ application: "a", outcome: "of all" });
    return merged.metrics();
  }));
  assert.equal(labelled[0], labelled[1]);
}

const value = fc.oneof(
  fc.constantFrom(0, -0, -1, ...bounds),
  fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e9, max: 1e9 }),
);

test("the page is the one of prom-client's histogram, to the byte", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          value,
          times: fc.integer({ min: 1, max: 20 }),
          labels: fc.record({
            service: fc.constantFrom("a", 'b"\\'),
            outcome: fc.string(),
          }, { noNullPrototype: true }),
        }),
        { maxLength: 30 },
      ),
      async (observed) => {
        const { own, other, registries } = both(["service", "outcome"]);
        for (const outcome of ["passed", "dead_lettered"]) {
          own.series({ service: "s", outcome });
          other.zero({ service: "s", outcome });
        }
        for (const { value, times, labels } of observed) {
          for (let n = 0; n < times; n++) other.observe(labels, value);
          own.series(labels).observe(value, times);
        }
        await assertSamePage(registries);
      },
    ),
    { numRuns: 200 },
  );
});

test("without labels too, and before anything is observed", async () => {
  const { own, other, registries } = both([]);
  const series = own.series({});
  await assertSamePage(registries);
  for (const seconds of [0.1, 0.2, 0.1, 11]) {
    series.observe(seconds, 3);
    for (let n = 0; n < 3; n++) other.observe({}, seconds);
  }
  await assertSamePage(registries);
});

test("a series is the same one in whatever order its labels are given", () => {
  const { own } = both(["service", "outcome"]);
  assert.equal(
    own.series({ service: "a", outcome: "b" }),
    own.series({ outcome: "b", service: "a" }),
  );
});

test("a value that was observed no times is not counted", async () => {
  const { own, registries: [ours] } = both([]);
  const series = own.series({});
  const before = await ours.metrics();
  series.observe(1, 0);
  assert.equal(await ours.metrics(), before);
});

test("what is no finite number is refused, and nothing is counted of it", async () => {
  const { own, registries: [ours] } = both([]);
  const series = own.series({});
  const before = await ours.metrics();
  for (const value of [NaN, Infinity, -Infinity]) {
    assert.throws(() => series.observe(value), TypeError);
  }
  assert.equal(await ours.metrics(), before);
});
