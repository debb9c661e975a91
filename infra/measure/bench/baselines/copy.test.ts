import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Payment, paymentJson } from "#kit/payment.ts";
import { type CopiedEvent, copyLine, copyText } from "./copy.ts";

test("any values are one line, from which PostgreSQL reads them back", () => {
  // U+0000 is left out, as PostgreSQL has no text with it.
  const character = fc.oneof(
    fc.constantFrom("\\", "\t", "\n", "\r", "\\N", "\\.", "n", "N"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 })
      .filter((one) => one !== "\0"),
  );
  const value = fc.option(fc.string({ unit: character }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const line = copyLine(values);
      assert.equal(line.indexOf("\n"), line.length - 1);
      assert.deepEqual(readLine(line), values);
    }),
  );
});

test("a null is not the text \\N", () => {
  assert.equal(copyLine([undefined, "\\N", "N"]), "\\N\t\\\\N\tN\n");
});

test("an event is a line of its values and its record's place", () => {
  const receivedAt = new Date("2026-01-02T03:04:05.678Z");
  const [line = []] = lines([{ ...copied({ amount: "49.90" }), receivedAt }]);
  const [payload] = line.splice(4, 1);
  assert.deepEqual(line, [
    "evt-1",
    "payment.authorized.v1",
    "provider",
    "2026-01-02T03:04:05.678Z",
    "pay-1",
    "49.90",
    "USD",
    "topic",
    "2",
    "7",
    "2026-01-02T03:04:05.678Z",
    "raw",
    "1",
    "5",
  ]);
  assert.deepEqual(JSON.parse(payload ?? ""), {
    payment_id: "pay-1",
    order_id: "ord-1",
    provider_auth_id: "auth-1",
    amount: 49.9,
    currency: "USD",
  });
});

test("events are lines in their order", () => {
  const ids = lines(["a", "b", "c"].map((eventId) => copied({ eventId })))
    .map(([id]) => id);
  assert.deepEqual(ids, ["a", "b", "c"]);
});

test("a number keeps every digit it was written with", () => {
  for (const amount of ["9007199254740993", "1e-7", "10.0000000000000001"]) {
    const [line] = lines([copied({ amount })]);
    assert.equal(line?.[6], amount);
    assert.ok(line?.[4]?.includes(`"amount":${amount},`));
  }
});

function copied(payment: Partial<Payment>): CopiedEvent {
  const json = paymentJson({
    eventId: "evt-1",
    paymentId: "pay-1",
    amount: "1",
    currency: "USD",
    ...payment,
  });
  return {
    json,
    topic: "topic",
    partition: 2,
    offset: 7,
    origin: { topic: "raw", partition: 1, offset: 5 },
    receivedAt: undefined,
  };
}

function lines(events: readonly CopiedEvent[]): (string | undefined)[][] {
  return copyText(events).split("\n").slice(0, -1).map(readLine);
}

/** A line as PostgreSQL reads it: CopyReadAttributesText. */
function readLine(line: string): (string | undefined)[] {
  const escapes: Record<string, string> = { t: "\t", n: "\n", r: "\r" };
  return line.replace(/\n$/, "").split("\t").map((field) =>
    field === "\\N"
      ? undefined
      : field.replaceAll(/\\(.)/gsu, (_, one) => escapes[one] ?? one)
  );
}
