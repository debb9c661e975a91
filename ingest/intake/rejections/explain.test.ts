import assert from "node:assert/strict";
import { test } from "node:test";
import { causes } from "#contracts/rejected_webhook.ts";
import { readConfig } from "#runtime/config.ts";
import { type Fault, faults, faultyEnv } from "#kit/intake/faults.ts";
import { keepingRecorder } from "#kit/intake/keeping_recorder.ts";
import { intake, PATH } from "#kit/intake/testing.ts";
import { ProviderAccounts } from "../providers/accounts.ts";
import { ofWebhooks } from "../refusals.ts";
import { intakeSettings } from "../settings.ts";
import { explain } from "./explain.ts";
import { MAX_EXAMINED_BYTES } from "./refused_request.ts";

/** The answer to a fault, and what is kept of it, with its body as it is if that arrived with the headers. */
async function refusedFor({ headers, body, env }: Fault) {
  const { recorder, kept } = keepingRecorder();
  const { app } = intake({ env: { ...faultyEnv, ...env }, recorder });
  const request = { method: "POST", headers, body };
  const { status } = await app.request(PATH, request);
  const [refused] = kept;
  if (refused === undefined) assert.fail("It was not refused");
  const isUnread = Object.hasOwn(ofWebhooks, refused.refusal) &&
    body.length <= MAX_EXAMINED_BYTES;
  return { status, refused: isUnread ? { ...refused, body } : refused };
}

for (const fault of faults) {
  test(`the cause is found of ${fault.name}`, async () => {
    const { status, refused } = await refusedFor(fault);
    assert.equal(status, fault.status);
    const config = readConfig("intake", intakeSettings, {
      ...faultyEnv,
      ...fault.env,
    });
    const accounts = new ProviderAccounts();
    assert.deepEqual(await explain(refused, { config, accounts }), fault.why);
  });
}

test("the corpus of faults has at least sixty, and nearly every cause there is", () => {
  assert.ok(faults.length >= 60, String(faults.length));
  const found = new Set(faults.map(({ why: { cause } }) => cause));
  // A broken or late body takes a connection; the others are of tokens, or of providers' accounts.
  assert.deepEqual(causes.filter((cause) => !found.has(cause)), [
    "another_address_signed",
    "wrong_password",
    "body_timeout",
    "broken_body",
    "missing_token",
    "bad_token",
    "bad_idempotency_key",
    "idempotency_key_reused",
    "not_a_payment",
  ]);
});
