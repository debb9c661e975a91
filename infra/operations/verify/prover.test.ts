import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { headers as names, httpHeader } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { accountsFile, signedRecords } from "#kit/intake/signed_records.ts";
import { NOW_S } from "#kit/intake/testing.ts";
import { ProviderAccounts } from "../../../ingest/intake/providers/accounts.ts";
import { Prover } from "./prover.ts";

const [razorpay, stripe, checkout, own] = await signedRecords();

function prove(
  record: OutgoingRecord | undefined,
  { file = accountsFile }: { file?: string } = {},
) {
  const prover = new Prover(ProviderAccounts.in(file, "A test"));
  return prover.prove(record ?? assert.fail("there is no such record"));
}

/** The record with headers in place of those of these names. */
function withHeaders(
  record: OutgoingRecord | undefined,
  changed: Record<string, string | undefined>,
): OutgoingRecord {
  if (record === undefined) throw new Error("There is no such record");
  return {
    ...record,
    headers: [
      ...record.headers.filter(({ name }) => !(name in changed)),
      ...Object.entries(changed).flatMap(([name, value]) =>
        value === undefined ? [] : [header(name, value)]
      ),
    ],
  };
}

test("what the door took in is proven from what it kept, each by the key that signed it", async () => {
  assert.deepEqual(
    await Promise.all([razorpay, stripe].map((one) => prove(one))),
    [
      { kind: "proven", provider: "razorpay", account: "default", key: "1" },
      { kind: "proven", provider: "stripe", account: "eu", key: "2026" },
    ],
  );
});

test("a header that is a secret is not kept, and not needed to prove the signature", async () => {
  const kept = checkout?.headers.map(({ name }) => name) ?? [];
  assert.ok(!kept.includes(httpHeader("authorization")));
  assert.equal((await prove(checkout)).kind, "proven");
});

for (
  const [name, record] of Object.entries({ razorpay, stripe, checkout })
) {
  test(`one flipped byte is seen: ${name}`, async () => {
    const value = Buffer.from(record?.value ?? "");
    value[value.length - 3] = (value[value.length - 3] ?? 0) ^ 1;
    const proof = await prove(record && { ...record, value });
    assert.equal(proof.kind, "failed");
    assert.match(
      proof.kind === "failed" ? proof.why : "",
      /^no key that is set up makes this signature of these bytes/,
    );
  });
}

test("if the key is not set up any more, it is said which one signed", async () => {
  const file = JSON.stringify({
    accounts: [{ provider: "stripe", account: "eu", secrets: ["whsec_x"] }],
  });
  const proof = await prove(stripe, { file });
  assert.match(
    proof.kind === "failed" ? proof.why : "",
    /; when it came, the key 2026 did$/,
  );
});

test("a key that is retired proves what it signed", async () => {
  const file = JSON.stringify({
    accounts: [{
      provider: "stripe",
      account: "eu",
      secrets: ["whsec_x"],
      retired: { "2026": "whsec_stripe_secret" },
    }],
  });
  const proof = await prove(stripe, { file });
  assert.equal(proof.kind === "proven" && proof.key, "retired:2026");
});

test("an account that is not set up is no failure of a signature", async () => {
  const file = JSON.stringify({ accounts: [] });
  assert.deepEqual(await prove(stripe, { file }), {
    kind: "not set up",
    provider: "stripe",
    account: "eu",
  });
});

test("what nobody has signed is told apart", async () => {
  const unsigned = async (record: OutgoingRecord) => {
    const proof = await prove(record);
    return proof.kind === "unsigned" ? proof.why : proof.kind;
  };
  const replay = { [names.replayOf]: "events.dlq.v1/0/1" };
  assert.equal(
    await unsigned(withHeaders(own, { [names.provider]: "internal" })),
    "handed in",
  );
  assert.equal(await unsigned(withHeaders(own, {})), "not kept");
  assert.equal(await unsigned(withHeaders(own, replay)), "replayed");
  assert.equal(
    await unsigned(withHeaders(stripe, { ...replay, [names.edited]: "a job" })),
    "edited",
  );
});

test("what was masked at the door is told apart, and is not taken for tampered with", async () => {
  const masked = { [names.masked]: "card_number" };
  const value = Buffer.from('{"card_number":"424242******4242"}');
  for (const record of [stripe, own]) {
    assert.deepEqual(
      await prove(withHeaders(record && { ...record, value }, masked)),
      { kind: "unsigned", why: "masked" },
    );
  }
});

test("a record without an account is of the provider that has none, or is not let pass", async () => {
  const changed = {
    [names.account]: undefined,
    [httpHeader("x-razorpay-signature")]: undefined,
  };
  const none = withHeaders(razorpay, changed);
  assert.equal((await prove(none)).kind, "failed");
  const nobody = withHeaders(none, { [names.provider]: "nobody" });
  assert.equal((await prove(nobody)).kind, "not set up");
});

test("a replay that has its signature is proven as its original is", async () => {
  const replay = withHeaders(stripe, {
    [names.replayOf]: "events.dlq.v1/0/1",
  });
  assert.equal((await prove(replay)).kind, "proven");
});

test("the age is that at its receipt, and a body may have come long after its headers", async () => {
  const receivedAfter = async (seconds: number) => {
    const proof = await prove(withHeaders(stripe, {
      [names.receivedAt]: String((NOW_S + seconds) * 1_000),
    }));
    return proof.kind === "failed" ? proof.why : proof.kind;
  };
  assert.equal(await receivedAfter(300), "proven");
  assert.equal(await receivedAfter(305), "proven");
  assert.match(await receivedAfter(361), /^it was signed further from when/);
  assert.match(await receivedAfter(-301), /^it was signed further from when/);
});

for (
  const [changed, why] of [
    [{ [names.provider]: undefined }, /^it does not say who signed it$/],
    [{ [names.receivedAt]: undefined }, /^it does not say when/],
    [{ [names.receivedAt]: "soon" }, /^it does not say when/],
    [
      { [httpHeader("stripe-signature")]: undefined },
      /^a header that the signature needs was not kept$/,
    ],
    [
      { [httpHeader("stripe-signature")]: "t=1\n2" },
      /^what was kept is no HTTP header$/,
    ],
    [{ [httpHeader("no name")]: "x" }, /^what was kept is no HTTP header$/],
  ] as const
) {
  test(`what was tampered with fails, and nothing is thrown: ${why}`, async () => {
    const proof = await prove(withHeaders(stripe, changed));
    assert.match(proof.kind === "failed" ? proof.why : proof.kind, why);
  });
}
