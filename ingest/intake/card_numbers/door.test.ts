import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { headers as names } from "#contracts/headers.ts";
import { header, headerText } from "#kafka/headers.ts";
import { keepingRecorder } from "#kit/intake/keeping_recorder.ts";
import {
  accountOf,
  clock,
  send,
  signerOf,
} from "#kit/intake/sent_to_accounts.ts";
import { accountsOf, withCertificates } from "#kit/intake/test_accounts.ts";
import { intake, PATH, webhook } from "#kit/intake/testing.ts";
import { keepingLog } from "#kit/keeping_log.ts";
import { TELL_EVERY_MS } from "./card_data_events.ts";

const NUMBER = "4242424242424242";
const MASKED = "424242******4242";
const body = {
  event_id: "evt_1",
  payload: { payment_id: "pay_1", card: { number: NUMBER, cvc: "123" } },
};
const mask = { EVENTFLOW_CARD_NUMBERS: "mask" };
const counted = (
  kind: string,
  outcome: string,
  provider = "payment-provider",
) =>
  `eventflow_intake_card_data_total{provider="${provider}",kind="${kind}",outcome="${outcome}"} `;

test("a signed body with a card number is refused with a sentence that names a key of the list", async () => {
  const { recorder, kept } = keepingRecorder();
  const { app, published, metrics } = intake({ recorder });
  const response = await app.request(PATH, webhook({ body }));
  assert.equal(response.status, 422);
  assert.deepEqual(await response.json(), {
    detail:
      'The body\'s key "number", or one written like it, has a card number: send its first six and last four digits at most.',
  });
  assert.deepEqual(published, []);
  const page = await metrics.render();
  assert.ok(page.includes(`requests_total{result="card_number"} 1`));
  assert.ok(page.includes(`${counted("card_number", "refused")}1`));
  assert.deepEqual(kept.map(({ refusal, body }) => [refusal, body]), [
    ["card_number", "not_there"],
  ]);
});

test("what is not proven to be its sender's is not looked into", async () => {
  const { app, metrics } = intake();
  const forged = webhook({ body, secret: "another" });
  assert.equal((await app.request(PATH, forged)).status, 401);
  const page = await metrics.render();
  assert.ok(page.includes(`${counted("card_number", "refused")}0`));
});

test("a masked body is kept with what says so, and is otherwise as it was sent", async () => {
  const { app, published, metrics } = intake({ env: mask });
  const response = await app.request(PATH, webhook({ body }));
  assert.equal(response.status, 202);
  assert.equal((await response.json()).event_id, "evt_1");
  const [record = assert.fail("Nothing is kept")] = published;
  assert.equal(
    String(record.value),
    JSON.stringify(body).replace(NUMBER, MASKED).replace('"123"', '"***"'),
  );
  assert.equal(String(record.key), "pay_1");
  assert.equal(
    headerText(record.headers, names.masked),
    "card_number,security_code",
  );
  const page = await metrics.render();
  for (const kind of ["card_number", "security_code"]) {
    assert.ok(page.includes(`${counted(kind, "masked")}1`), kind);
  }
});

test("a body without card data is kept without a word of it, whatever the setting", async () => {
  for (const env of [{}, mask]) {
    const { app, published } = intake({ env });
    const bytes = new TextEncoder().encode(
      `{"event_id":"e","order":{"number":"${NUMBER}"},"card":{"number":"${MASKED}"}}`,
    );
    assert.equal((await app.request(PATH, webhook({ bytes }))).status, 202);
    const [record = assert.fail("Nothing is kept")] = published;
    assert.deepEqual(record.value, Buffer.from(bytes));
    assert.equal(headerText(record.headers, names.masked), undefined);
  }
});

test("what an internal service hands in is refused or masked before its contract is judged", async () => {
  const token = "token-of-an-internal-service-0123456789";
  const handIn = async (
    env: Record<string, string>,
    payload: object,
  ) => {
    const { app, published } = intake({
      env: { EVENTFLOW_INGEST_TOKENS: token, ...env },
    });
    const { status } = await app.request("/api/ingest", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify(payload),
    });
    return { status, published };
  };
  const card = { card_number: NUMBER };
  assert.equal((await handIn({}, card)).status, 422);
  const { status, published: [record] } = await handIn(mask, {
    payment_id: "pay_1",
    order_id: "ord_1",
    amount: 49.9,
    currency: "USD",
    provider_auth_id: "auth_1",
    ...card,
  });
  assert.equal(status, 202);
  assert.match(String(record?.value), /"card_number":"424242\*{6}4242"/);
  assert.equal(headerText(record?.headers ?? [], names.masked), "card_number");
});

test("Braintree's payload is looked into, and refused even if numbers are to be masked", async () => {
  const by = signerOf("Braintree");
  const accounts = withCertificates(accountsOf(accountOf(by, "eu")));
  for (
    const [env, detail] of [[{}, /digits at most\.$/], [
      mask,
      /in a form\.$/,
    ]] as const
  ) {
    const { app, published, metrics } = intake({ accounts, clock, env });
    const signed = by.sign(
      `<notification><credit-card><number>${NUMBER}</number></credit-card></notification>`,
      0,
      1,
    );
    const response = await app.request("/api/webhooks/braintree/eu", {
      method: "POST",
      ...signed,
    });
    assert.equal(response.status, 422);
    assert.match((await response.json()).detail, detail);
    assert.deepEqual(published, []);
    assert.ok(
      (await metrics.render())
        .includes(`${counted("card_number", "refused", "braintree")}1`),
    );
  }
});

test("a provider's own body is masked in its own form, beside its signature", async () => {
  const { record } = await send(
    signerOf("Stripe"),
    `{"id":"evt_1","data":{"source":{"number":"${NUMBER}"}}}`,
    { env: mask },
  );
  assert.equal(
    String(record.value),
    `{"id":"evt_1","data":{"source":{"number":"${MASKED}"}}}`,
  );
  assert.equal(headerText(record.headers, names.masked), "card_number");
});

test("a sender who goes on makes one line in a while, with the keys and no digit", async () => {
  const { log, lines } = keepingLog();
  let nowMs = 1_700_000_000_000;
  const { app } = intake({ env: mask, log, clock: () => nowMs });
  const sendOne = () => app.request(PATH, webhook({ body }));
  await sendOne();
  await sendOne();
  await sendOne();
  nowMs += TELL_EVERY_MS;
  await sendOne();
  assert.deepEqual(
    lines,
    [1, 3].map((webhooks) => ({
      sender: "payment-provider",
      outcome: "masked",
      webhooks,
      keys: "number, cvc",
    })),
  );
});

test("a header of the provider's cannot say that a body was masked", async () => {
  const { app, published } = intake();
  const headers = { [names.masked]: "card_number" };
  await app.request(PATH, webhook({ headers }));
  const its = published[0]?.headers ?? [header(names.masked, "")];
  assert.equal(headerText(its, names.masked), undefined);
});
