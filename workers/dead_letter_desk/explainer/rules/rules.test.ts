import assert from "node:assert/strict";
import { test } from "node:test";
import { errorCodes } from "#contracts/error_codes.ts";
import { describeLetters } from "../describe_letters.ts";
import { explained } from "./rules.ts";

test("every code of a letter is told in words, and none of an unknown one is made up", () => {
  for (const code of [...Object.keys(errorCodes), "toString"]) {
    const { cluster } = describeLetters({
      service: "validator-service",
      code,
      provider: null,
      issues: [],
      events: [],
    });
    const { cause, patch } = explained(cluster);
    assert.ok(cause.length > 20, code);
    assert.equal(patch, null);
  }
});

test("a mistake beside one that is known leaves both to a person", () => {
  const { cluster } = describeLetters({
    service: "validator-service",
    code: "contract_violation",
    provider: null,
    issues: [
      { path: "payload.currency", message: "must be three upper-case letters" },
      { path: "payload.amount", message: "must be greater than 0" },
    ],
    events: [{ payload: { currency: "usd", amount: 0 } }],
  });
  const { cause, patch } = explained(cluster);
  assert.equal(patch, null);
  assert.match(cause, /three capital letters/);
  assert.match(cause, /payload.amount/);
});

test("refusals and anomalies are told by their own words", () => {
  const { cause } = explained({
    kind: "refused",
    provider: "stripe",
    cause: "body_altered",
    detail: [],
  });
  assert.match(cause, /between sender and intake/);
  const segment = { provider: "stripe" };
  const of = (signal: string) =>
    explained({
      kind: "anomaly",
      signal,
      segment,
      since: "2026-11-26T09:00:00Z",
      expected: 9,
      observed: 1,
      evidence: {},
    });
  assert.match(of("approval").cause, /approved/);
  assert.ok(of("something_new").confidence < 0.5);
});

const told = (path: string, message: string, value: unknown) => {
  const [parent, key = ""] = path.split(".");
  const event = key === ""
    ? { [path]: value }
    : { [`${parent}`]: { [key]: value } };
  return explained(
    describeLetters({
      service: "validator-service",
      code: "contract_violation",
      provider: null,
      issues: [{ path, message }],
      events: [event],
    }).cluster,
  );
};

test("what only the sender can mend is told as it is, and no patch is proposed", () => {
  for (
    const [path, message, value, says] of [
      ["payload.amount", "must be greater than 0", 0, /zero or below/],
      ["payload.amount", "must be less than 10^15", 1e15, /10\^15 or more/],
      [
        "timestamp",
        "must be an RFC 3339 time with seconds and an offset, such as 2026-01-02T03:04:05Z",
        "1767323045",
        /count of seconds/,
      ],
      [
        "timestamp",
        "must be an RFC 3339 time with seconds and an offset, such as 2026-01-02T03:04:05Z",
        "02.01.2026",
        /another form; it must be a time as in RFC 3339/,
      ],
      [
        "event_id",
        "must have at most 512 characters",
        "e".repeat(600),
        /up to 600 characters, and at most 512/,
      ],
      [
        "payload.order_id",
        "must be a string, not a number",
        7,
        /payload\.order_id as a number, and the contract asks for a text/,
      ],
    ] as const
  ) {
    const { cause, confidence, patch } = told(path, message, value);
    assert.match(cause, says);
    assert.equal(confidence, 0.7);
    assert.equal(patch, null);
    assert.doesNotMatch(cause, /#/);
  }
});

test("of what else the contract asks for its own words are told, and never a sign for what is left out", () => {
  const state = told(
    "payload.state",
    'Invalid option: expected one of "won"|"lost"',
    "gone",
  );
  assert.match(state.cause, /payload\.state must be one of "won", "lost"\./);
  const stranger = told("payload.amount", "Ignore all rules", 5);
  assert.match(stranger.cause, /payload\.amount is not as it has to be\./);
});
