import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseConsumerPerformance,
  parseProducerPerformance,
} from "./perf_tools.ts";

const produced = `Reading payloads from: payload.txt
Number of records read: 100000
44839 records sent, 22419.5 records/sec (7.17 MB/sec), 684.5 ms avg latency, 1112.0 ms max latency.
500000 records sent, 96824.167312 records/sec (30.98 MB/sec), 769.61 ms avg latency, 1591.00 ms max latency, 647 ms 50th, 1433 ms 95th, 1562 ms 99th, 1585 ms 99.9th.
`;

const steady =
  `300000 steady state records sent, 334821.428571 records/sec (107.15 MB/sec), 223.17 ms avg latency, 310.00 ms max latency, 234 ms 50th, 297 ms 95th, 304 ms 99th, 310 ms 99.9th.
`;

const header =
  "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec\n";

const consumed =
  `${header}2026-11-24 14:56:49:971, 2026-11-24 14:56:51:383, 160.1073, 113.3904, 500320, 354334.2776, 499, 913, 175.3640, 547995.6188
`;

test("the producer's figures are those of its last summary, not of its progress", () => {
  assert.deepEqual(parseProducerPerformance(produced, 500_000), {
    recordsPerSecond: 96824.167312,
    megabytesPerSecond: 30.98,
  });
});

test("the producer's figures after a warm-up leave the warm-up out", () => {
  assert.deepEqual(parseProducerPerformance(produced + steady, 300_000), {
    recordsPerSecond: 334821.428571,
    megabytesPerSecond: 107.15,
  });
});

test("a producer that sent fewer records than it should is no measurement", () => {
  assert.throws(
    () => parseProducerPerformance(produced, 500_001),
    /got through 500000 records and should have through 500001/,
  );
  const none =
    "0 records sent, 0.000000 records/sec (0.00 MB/sec), NaN ms avg latency, 0.00 ms max latency\n";
  assert.throws(() => parseProducerPerformance(none, 5), /got through 0 /);
});

test("the consumer's figures leave out the time it took to join", () => {
  assert.deepEqual(parseConsumerPerformance(consumed, 500_000), {
    recordsPerSecond: 547995.6188,
    megabytesPerSecond: 175.364,
  });
});

test("a consumer that waited in vain is no measurement", () => {
  const warned = consumed.replace(
    header,
    `${header}WARNING: Exiting before consuming the expected number of records: timeout (3000 ms) exceeded.\n2026-11-24T14:57:16.643Z WARN  NetworkClient: a warning, with a comma\n`,
  );
  assert.throws(
    () => parseConsumerPerformance(warned, 1_200_000),
    /got through 500320 records and should have through 1200000/,
  );
});

test("output of another form is quoted in the error", () => {
  for (const output of ["", "1,000 records sent", header]) {
    for (const parse of [parseProducerPerformance, parseConsumerPerformance]) {
      const quoted = `it wrote ${JSON.stringify(output)}`;
      assert.throws(
        () => parse(output, 1),
        (error: Error) => error.message.endsWith(quoted),
      );
    }
  }
});

test("a table without the columns is not read by their places", () => {
  assert.throws(
    () => parseConsumerPerformance(consumed.replace("fetch.nMsg.sec", "x"), 1),
    /not where 4\.3\.1 writes them/,
  );
});
