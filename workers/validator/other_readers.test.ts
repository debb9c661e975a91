import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { eventTexts } from "#kit/contracts/test_events.ts";
import { validate } from "./handle.ts";

/** As a service in Python would read the topic: exact amounts, and no patience for the rest. */
const PYTHON = `
import json, sys
from decimal import Decimal

def only_once(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), "a key twice"
    return dict(pairs)

def no_constant(name):
    raise ValueError(name)

for line in sys.stdin.buffer:
    event = json.loads(line, parse_float=Decimal, parse_constant=no_constant, object_pairs_hook=only_once)
    json.dumps(event, default=str, ensure_ascii=False).encode("utf-8")
    assert Decimal(event["payload"]["amount"]) > 0
    print(event["event_id"].encode("utf-8").hex())
`;

const python = spawnSync("python3", ["--version"]);

test("whatever the validator lets pass, Python's json and decimal read", {
  skip: python.status === 0 ? false : "python3 is not here",
}, () => {
  const passed = fc.sample(eventTexts(), 5_000).flatMap((write, offset) => {
    const value = Buffer.from(write(`${offset}-`));
    const outcome = validate({
      topic: "raw",
      partition: 0,
      offset,
      timestampMs: 0,
      key: null,
      value,
      headers: [],
    }, { validatedTopic: "validated", unmappedTopic: "unmapped" });
    return outcome.kind === "forward" ? [`${value}`] : [];
  });
  assert.ok(passed.length > 300, `${passed.length} are enough`);
  const { stdout, stderr, status } = spawnSync("python3", ["-c", PYTHON], {
    input: passed.join("\n"),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    stdout.trim().split("\n"),
    passed.map((json) =>
      Buffer.from(JSON.parse(json).event_id).toString("hex")
    ),
  );
});
