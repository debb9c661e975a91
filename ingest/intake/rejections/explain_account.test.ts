import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { accountFaults, settingsOf } from "#kit/intake/account_faults.ts";
import { keepingRecorder } from "#kit/intake/keeping_recorder.ts";
import { signers, TIME_S } from "#kit/intake/signed_requests.ts";
import { accountsOf, withCertificates } from "#kit/intake/test_accounts.ts";
import { intake, SECRET } from "#kit/intake/testing.ts";
import type { ProviderAccounts } from "../providers/accounts.ts";
import { intakeSettings } from "../settings.ts";
import { explain } from "./explain.ts";

const accountsFor = (name: string) =>
  withCertificates(accountsOf(...settingsOf(name)));
const config = readConfig("intake", intakeSettings, {
  PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
});

/** What is kept of a request that the account `eu` refuses, with its body as it is if that arrived with the headers. */
async function refused(
  accounts: ProviderAccounts,
  { headers, body }: {
    headers: Readonly<Record<string, string>>;
    body: Uint8Array<ArrayBuffer>;
  },
  lateS = 0,
) {
  const atMs = (TIME_S + lateS) * 1_000;
  const { recorder, kept } = keepingRecorder({ atMs });
  const { app, published } = intake({ accounts, recorder, clock: () => atMs });
  const [its] = accounts.all;
  const path = `/api/webhooks/${its?.row.name}/eu`;
  const { status } = await app.request(path, {
    method: "POST",
    headers,
    body,
  });
  assert.equal(published.length, 0);
  const [one] = kept;
  if (one === undefined) assert.fail(`It was not refused: ${status}`);
  return { status, refused: { ...one, body } };
}

for (const { name, request, why, lateS } of accountFaults) {
  test(`the cause is found of ${name}`, async () => {
    const [of = ""] = name.split(": ");
    const accounts = accountsFor(of);
    const { status, refused: one } = await refused(accounts, request, lateS);
    assert.ok([400, 401, 422].includes(status), String(status));
    assert.deepEqual(await explain(one, { config, accounts }), why);
  });
}

test("the answer outside is the same whichever key was taken", async () => {
  for (const by of signers) {
    const answers: string[] = [];
    const sent = ([1, 2] as const).map((key) =>
      by.sign(by.bodies[0] ?? "", key, 1)
    );
    for (const { headers, body } of sent) {
      const { app } = intake({
        accounts: accountsFor(by.name),
        clock: () => TIME_S * 1_000,
      });
      const path = `${by.provider}/eu`;
      const answer = await app.request(`/api/webhooks/${path}`, {
        method: "POST",
        headers,
        body,
      });
      answers.push(`${answer.status} ${await answer.text()}`);
    }
    assert.deepEqual([...new Set(answers)], [
      '401 {"detail":"The signature is not that of this body."}',
    ]);
  }
});

test("a body that was not looked into is told as such", async () => {
  const by = signers.find(({ name }) => name === "Square");
  assert.ok(by !== undefined);
  const accounts = accountsFor("Square");
  const { refused: one } = await refused(accounts, by.sign("{}", 1, 1));
  assert.deepEqual(
    await explain({ ...one, body: "too_large" }, { config, accounts }),
    { cause: "body_not_examined", why: "too_large" },
  );
});

test("a password that is missing or wrong is told as such", async () => {
  const by = signers.find(({ name }) => name === "Checkout.com");
  assert.ok(by !== undefined);
  const withPassword = accountsOf({
    provider: "checkout",
    secrets: ["one"],
    authorization: "password",
  });
  const { headers, body } = by.sign("{}", 0, 1);
  for (
    const [more, cause] of [
      [{}, { cause: "header_missing", missing: ["password"] }],
      [{ authorization: "other" }, { cause: "wrong_password" }],
    ] as const
  ) {
    const { recorder, kept } = keepingRecorder();
    const { app } = intake({ accounts: withPassword, recorder });
    await app.request("/api/webhooks/checkout", {
      method: "POST",
      headers: { ...headers, ...more },
      body,
    });
    const [one] = kept;
    assert.ok(one !== undefined);
    assert.deepEqual(
      await explain({ ...one, body }, { config, accounts: withPassword }),
      cause,
    );
  }
});

test("the corpus has some for each way of signing, and many for each that has a header", () => {
  const counts = signers.map(({ name, signatureHeader }) => ({
    name,
    isEnough: accountFaults.filter((one) => one.name.startsWith(`${name}:`))
      .length >= (signatureHeader === undefined ? 2 : 12),
  }));
  assert.deepEqual(counts.filter(({ isEnough }) => !isEnough), []);
});
