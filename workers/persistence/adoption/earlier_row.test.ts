import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { type EarlierRow, judge } from "./earlier_row.ts";
import { earlierPayload } from "#kit/persistence/test_earlier_table.ts";

function row(
  { payload = earlierPayload(), ...more }:
    & Partial<Omit<EarlierRow, "payload">>
    & { payload?: string | Buffer } = {},
): EarlierRow {
  return {
    eventId: "evt-1",
    eventType: "payment.authorized.v1",
    source: "provider",
    timestamp: "2026-01-02T03:04:05.678901Z",
    storedAt: "2026-01-02 03:04:06.123456+00",
    ...more,
    payload: Buffer.from(payload),
  };
}

const codeOf = (given: EarlierRow) => {
  const judged = judge(given);
  return judged.ok ? "adopted" : judged.why.code;
};

test("an earlier row is the event it was, with its payload to the letter", () => {
  const payload = earlierPayload({ amount: "900719925474099.31" });
  assert.deepEqual(judge(row({ payload })), {
    ok: true,
    json:
      `{"event_id":"evt-1","event_type":"payment.authorized.v1","source":"provider",` +
      `"timestamp":"2026-01-02T03:04:05.678901Z","payload":${payload}}`,
    storedAt: "2026-01-02 03:04:06.123456+00",
  });
});

test("whatever the contract does not have is not adopted, and says why", () => {
  const cases: [string, EarlierRow][] = [
    ["adopted", row({ payload: earlierPayload({ amount: "4.99E+3" }) })],
    ["not_json", row({ payload: "not json" })],
    ["not_json", row({ payload: Buffer.from([0x7b, 0xff, 0x7d]) })],
    ["empty_value", row({ payload: "" })],
    ["not_an_object", row({ payload: "[]" })],
    ["contract_violation", row({ payload: "{}" })],
    [
      "contract_violation",
      row({ payload: earlierPayload({ amount: "-1" }) }),
    ],
    [
      "contract_violation",
      row({ payload: earlierPayload({ amount: "1E+15" }) }),
    ],
    [
      "contract_violation",
      row({ payload: earlierPayload({ amount: '"49.90"' }) }),
    ],
    [
      "not_portable",
      row({ payload: earlierPayload({ paymentId: "a\0b" }) }),
    ],
    ["unknown_event_type", row({ eventType: "payment.settled.v1" })],
    ["contract_violation", row({ eventType: null })],
    ["contract_violation", row({ source: " " })],
    ["contract_violation", row({ eventId: "" })],
    ["contract_violation", row({ eventId: "e".repeat(513) })],
    ["contract_violation", row({ timestamp: null })],
    ["contract_violation", row({ storedAt: null })],
    ["payload_missing", { ...row(), payload: "missing" }],
    ["payload_too_large", { ...row(), payload: "too large" }],
  ];
  assert.deepEqual(
    cases.map(([, given]) => codeOf(given)),
    cases.map(([code]) => code),
  );
});

test("a payload that closes its object and goes on becomes no part of the envelope", () => {
  const payload = `${earlierPayload()},"source":"somebody else","more":{}`;
  assert.equal(codeOf(row({ payload })), "not_json");
});

test("a reason can be stored as text, whatever the payload that it quotes", () => {
  for (const payload of ["\0", '{"a":\0}', `{"\0":1}`, `{"\\ud800":1}`]) {
    const judged = judge(row({ payload }));
    assert.ok(!judged.ok);
    assert.ok(!judged.why.message.includes("\0"));
    assert.ok(judged.why.message.isWellFormed());
  }
});
