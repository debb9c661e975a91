import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { headerText } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { silentLog } from "#runtime/log.ts";
import { intake } from "#kit/intake/testing.ts";
import { type Signer, signers, TIME_S } from "#kit/intake/signed_requests.ts";
import { accountsOf, withCertificates } from "#kit/intake/test_accounts.ts";
import { openDoor } from "#kit/intake/test_door.ts";
import { keepingLog } from "#kit/keeping_log.ts";
import { until } from "#kit/until.ts";
import { say } from "../http/test_wire.ts";
import type { ProviderAccounts } from "./providers/accounts.ts";
import { AccountsFile } from "./providers/accounts_file.ts";

const clock = () => TIME_S * 1_000;
const text = ({ headers }: OutgoingRecord, name: string) =>
  headerText(headers ?? [], name);

function accountOf(
  { provider, accounts: [settings] }: Signer,
  account?: string,
) {
  return { provider, ...account !== undefined && { account }, ...settings };
}

function signer(name: string): Signer {
  const found = signers.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

/** Sends a body to an account by its own way of signing. */
async function send(
  by: Signer,
  body: string,
  { account, headers = {} }: {
    account?: string;
    headers?: Record<string, string>;
  } = {},
) {
  const accounts = withCertificates(accountsOf(accountOf(by, account)));
  const { app, published } = intake({ accounts, clock });
  const signed = by.sign(body, 0, 1);
  const path = account === undefined
    ? by.provider
    : `${by.provider}/${account}`;
  const response = await app.request(`/api/webhooks/${path}`, {
    method: "POST",
    headers: { ...signed.headers, ...headers },
    body: signed.body,
  });
  const [record] = published;
  assert.ok(record, `${response.status}: ${await response.clone().text()}`);
  return { response, record, accounts, signed };
}

for (const by of signers) {
  test(`what is kept of a webhook is its bytes, and what proves them again: ${by.name}`, async () => {
    for (const body of by.bodies) {
      const { record, accounts, signed } = await send(by, body, {
        account: "eu",
        headers: {
          "User-Agent": "provider/1",
          "X-Other": "x",
          "Content-Type": "text/plain",
        },
      });
      assert.ok(Buffer.isBuffer(record.value));
      assert.deepEqual(record.value, Buffer.from(signed.body));
      assert.equal(text(record, "eventflow-provider"), by.provider);
      assert.equal(text(record, "eventflow-account"), "eu");
      assert.equal(text(record, "eventflow-received-at"), String(clock()));
      const kept = Object.fromEntries(
        (record.headers ?? []).flatMap(({ name, value }) =>
          name.startsWith("eventflow-http-")
            ? [[name.slice("eventflow-http-".length), String(value)]]
            : []
        ),
      );
      assert.deepEqual(kept, signed.headers);
      assert.deepEqual(await provenAgain(record, kept, accounts), {
        key: text(record, "eventflow-signing-key"),
      });
    }
  });
}

/** By what is in the log alone. */
async function provenAgain(
  record: OutgoingRecord,
  headers: Record<string, string>,
  accounts: ProviderAccounts,
) {
  const its = accounts.find(
    text(record, "eventflow-provider") ?? "",
    text(record, "eventflow-account"),
  );
  const claim = its?.row.scheme.claimIn(
    new Headers(headers),
    its.settings,
    Number(text(record, "eventflow-received-at")),
  );
  return typeof claim === "function"
    ? await claim(Uint8Array.from(record.value ?? []))
    : claim;
}

/** Of each the smallest event of its shape; which payment it is about, and what it is called. */
const events: readonly [string, string, object | string, string, string][] = [
  [
    "Stripe",
    "a charge's payment intent",
    {
      id: "evt_1",
      type: "charge.succeeded",
      data: {
        object: { id: "ch_1", object: "charge", payment_intent: "pi_1" },
      },
    },
    "pi_1",
    "evt_1",
  ],
  [
    "Stripe",
    "a refund's",
    {
      id: "evt_1",
      data: { object: { id: "re_1", charge: "ch_1", payment_intent: "pi_1" } },
    },
    "pi_1",
    "evt_1",
  ],
  [
    "Stripe",
    "the intent itself",
    {
      id: "evt_1",
      data: { object: { id: "pi_1", object: "payment_intent" } },
    },
    "pi_1",
    "evt_1",
  ],
  [
    "Stripe",
    "a dispute's charge, without an intent",
    {
      id: "evt_1",
      data: { object: { id: "dp_1", charge: "ch_1", payment_intent: null } },
    },
    "ch_1",
    "evt_1",
  ],
  [
    "Adyen's items",
    "an authorisation",
    {
      pspReference: "psp1",
      eventCode: "AUTHORISATION",
      success: "true",
    },
    "psp1",
    "psp1:AUTHORISATION:true",
  ],
  [
    "Adyen's items",
    "what comes after it",
    {
      pspReference: "psp2",
      originalReference: "psp1",
      eventCode: "CAPTURE",
      success: "false",
    },
    "psp1",
    "psp2:CAPTURE:false",
  ],
  [
    "PayPal",
    "a capture's order",
    {
      id: "WH-1",
      resource: {
        id: "cap1",
        supplementary_data: { related_ids: { order_id: "ord1" } },
      },
    },
    "ord1",
    "WH-1",
  ],
  [
    "PayPal",
    "a dispute's transaction",
    {
      id: "WH-1",
      resource: {
        dispute_id: "PP-D-1",
        disputed_transactions: [{ seller_transaction_id: "cap1" }],
      },
    },
    "cap1",
    "WH-1",
  ],
  [
    "Square",
    "a payment",
    {
      event_id: "e1",
      data: { id: "p1", object: { payment: { id: "p1" } } },
    },
    "p1",
    "e1",
  ],
  [
    "Square",
    "a refund's",
    {
      event_id: "e1",
      data: { id: "r1", object: { refund: { id: "r1", payment_id: "p1" } } },
    },
    "p1",
    "e1",
  ],
  [
    "Checkout.com",
    "a payment",
    {
      id: "evt_1",
      type: "payment_captured",
      data: { id: "pay_1", action_id: "act_1" },
    },
    "pay_1",
    "evt_1",
  ],
  [
    "Checkout.com",
    "a dispute's",
    {
      id: "evt_1",
      type: "dispute_received",
      data: { id: "dsp_1", payment_id: "pay_1" },
    },
    "pay_1",
    "evt_1",
  ],
  [
    "Razorpay",
    "a payment, and an id that a header has",
    {
      event: "payment.captured",
      payload: { payment: { entity: { id: "pay_1", order_id: "order_1" } } },
    },
    "pay_1",
    "event-1",
  ],
  [
    "Razorpay",
    "a refund's",
    {
      event: "refund.processed",
      payload: { refund: { entity: { id: "rfnd_1", payment_id: "pay_1" } } },
    },
    "pay_1",
    "event-1",
  ],
  [
    "Paystack",
    "a charge",
    {
      event: "charge.success",
      data: { id: 302961, reference: "ref1" },
    },
    "ref1",
    "charge.success:302961",
  ],
  [
    "Shopify",
    "a transaction's order, and an id that a header has",
    {
      id: 389404469,
      order_id: 450789469,
      kind: "capture",
    },
    "450789469",
    "event-1",
  ],
  [
    "Standard Webhooks",
    "a payment, and an id that a header has",
    {
      type: "payment.captured",
      data: { payment_id: "pay_1" },
    },
    "pay_1",
    "msg_p5jXN8AQM9LWM0D4loKWxJe1",
  ],
  [
    "Braintree",
    "a transaction, and no id but all that it says",
    "<notification><subject><transaction><id>tr1</id></transaction></subject></notification>",
    "tr1",
    createHash("sha256").update(
      "<notification><subject><transaction><id>tr1</id></transaction></subject></notification>",
    ).digest("hex"),
  ],
];

for (const [name, what, event, key, eventId] of events) {
  test(`the key is the payment that an event is about: ${name}, ${what}`, async () => {
    const by = signer(name);
    const body = typeof event === "string" ? event : JSON.stringify(event);
    const { record, response } = await send(by, body);
    assert.equal(record.key?.toString(), key);
    if (response.status === 202) {
      assert.deepEqual(await response.json(), {
        status: "accepted",
        event_id: eventId,
        source: `${by.provider}:default`,
      });
    }
  });
}

test("an event about no payment has its own id for a key, and none if it has no id", async () => {
  const { record } = await send(signer("Stripe"), '{"id":"evt_1"}');
  assert.equal(record.key?.toString(), "evt_1");
  const { record: nameless } = await send(signer("Stripe"), "{}");
  assert.equal(nameless.key, null);
});

test("Adyen is answered with the text that it wants, others with JSON", async () => {
  const { response } = await send(
    signer("Adyen's items"),
    '{"pspReference":"p"}',
  );
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "[accepted]");
  const { response: other } = await send(signer("Square"), "{}");
  assert.equal(other.status, 202);
});

test("Braintree's challenge is answered, and nothing else is signed for anybody", async () => {
  const accounts = accountsOf(
    {
      provider: "braintree",
      keys: [{
        public: "integration_public_key",
        private: "integration_private_key",
      }],
    },
    { provider: "stripe", secrets: ["whsec_x"] },
  );
  const { app } = intake({ accounts });
  const path = "/api/webhooks/braintree";
  const challenge = "20f9f8ed05f77439fe955c977e4c8a53";
  for (const at of [path, `${path}/default`]) {
    const answer = await app.request(`${at}?bt_challenge=${challenge}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("Content-Type") ?? "", /^text\/plain/);
    assert.equal(
      await answer.text(),
      "integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4",
    );
  }
  for (
    const at of [
      path,
      `${path}?bt_challenge=`,
      `${path}?bt_challenge=${challenge.toUpperCase()}`,
      `${path}?bt_challenge=${challenge}%0A`,
      `${path}?bt_challenge=${challenge}${challenge}`,
      `${path}?bt_challenge=<notification>`,
      `${path}/other?bt_challenge=${challenge}`,
    ]
  ) {
    const answer = await app.request(at);
    assert.equal(answer.status, 404, at);
    assert.deepEqual(Object.keys(await answer.json()), ["detail"]);
  }
});

test("who asks nothing by GET is told which method there is", async () => {
  await using door = await openDoor();
  const { status, headers, body } = await say(
    door.url,
    "GET /api/webhooks/stripe HTTP/1.1\r\nHost: a\r\n\r\n",
  );
  assert.equal(status, 405);
  assert.equal(headers.get("Allow"), "POST");
  assert.match(JSON.parse(body).detail, /\.$/);
});

test("an unknown provider or account is 404 in JSON, and counted", async () => {
  const by = signer("Stripe");
  const accounts = accountsOf(accountOf(by, "eu"));
  const { app, published, metrics } = intake({ accounts, clock });
  const paths = [
    "stripe",
    "stripe/us",
    "stripe/EU",
    "strype/eu",
    "__proto__",
    "constructor/eu",
    "stripe%2Feu",
  ];
  for (const path of paths) {
    const { headers, body } = by.sign("{}", 0, 1);
    const answer = await app.request(`/api/webhooks/${path}`, {
      method: "POST",
      headers,
      body,
    });
    assert.equal(answer.status, 404, path);
    assert.deepEqual(await answer.json(), {
      detail: "No account of a provider is set up at this address.",
    });
  }
  assert.deepEqual(published, []);
  assert.match(
    await metrics.render(),
    new RegExp(`result="unknown_account"} ${paths.length}\n`),
  );
});

test("a certificate that cannot be had is a 503 that says when to try again, is counted, and the log has the reason", async () => {
  const by = signer("PayPal");
  const accounts = withCertificates(
    accountsOf(accountOf(by)),
    () => new Response("", { status: 500 }),
  );
  const { log, lines } = keepingLog();
  const { app, published, metrics } = intake({ accounts, clock, log });
  const { headers, body } = by.sign("{}", 0, 1);
  const answer = await app.request("/api/webhooks/paypal", {
    method: "POST",
    headers,
    body,
  });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("Retry-After"), "1");
  assert.match((await answer.json()).detail, /certificate.*send .* again\.$/);
  assert.deepEqual(published, []);
  assert.match(
    await metrics.render(),
    /result="certificate_unavailable"} 1\n/,
  );
  assert.match(
    JSON.stringify(lines),
    /Cannot have the certificate at https:\/\/api\.paypal\.com[^"]*answers 500/,
  );
});

test("another account's signature, an altered body and a missing header are refused as ever", async () => {
  for (const by of signers) {
    const accounts = withCertificates(accountsOf(accountOf(by)));
    const { app, published } = intake({ accounts, clock });
    const [body = ""] = by.bodies;
    const good = by.sign(body, 0, 1);
    const another = by.sign(body, 1, 1);
    const altered = by.sign(by.bodies[1] ?? "", 1, 1);
    const requests: [
      Record<string, string>,
      Uint8Array<ArrayBuffer>,
      number[],
    ][] = [
      [another.headers, another.body, [401]],
      [good.headers, altered.body, [401]],
      [
        {},
        good.body,
        Object.keys(good.headers).length > 0 ? [401, 422] : [202, 200],
      ],
      [good.headers, new Uint8Array(), [400]],
    ];
    for (const [headers, body, statuses] of requests) {
      const { status } = await app.request(`/api/webhooks/${by.provider}`, {
        method: "POST",
        headers,
        body,
      });
      assert.ok(statuses.includes(status), `${by.name}: ${status}`);
    }
    assert.equal(
      published.length,
      Object.keys(good.headers).length > 0 ? 0 : 1,
      by.name,
    );
  }
});

test("Content-Type is believed of nobody: a form is read as one for its provider alone", async () => {
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  const { record } = await send(signer("Stripe"), '{"id":"evt_1"}', {
    headers: form,
  });
  assert.equal(record.key?.toString(), "evt_1");
});

test("a password beside the signature is asked for, and is not in the log", async () => {
  const cases: [string, Record<string, unknown>, string][] = [
    [
      "Adyen's items",
      { basic_auth: { user: "eventflow", password: "confidential" } },
      `Basic ${Buffer.from("eventflow:confidential").toString("base64")}`,
    ],
    ["Checkout.com", { authorization: "confidential" }, "confidential"],
  ];
  for (const [name, settings, authorization] of cases) {
    const by = signer(name);
    const accounts = accountsOf({ ...accountOf(by), ...settings });
    const { app, published } = intake({ accounts, clock });
    const { headers, body } = by.sign(by.bodies[0] ?? "", 0, 1);
    const sent = async (more: Record<string, string>) => {
      const path = `/api/webhooks/${by.provider}`;
      const request = { headers: { ...headers, ...more }, body };
      return (await app.request(path, { method: "POST", ...request })).status;
    };
    assert.equal(await sent({}), 422, name);
    assert.equal(await sent({ Authorization: "another" }), 401, name);
    assert.equal(published.length, 0);
    assert.ok(
      [200, 202].includes(await sent({ Authorization: authorization })),
    );
    const [record] = published;
    assert.ok(record !== undefined);
    const values = (record.headers ?? []).map(({ value }) => String(value));
    assert.doesNotMatch(values.join(), /confidential|Basic/);
    const again = await provenAgain(record, headers, accounts);
    assert.equal(typeof again, "object", name);
  }
});

test("a secret is rolled by exchanging the file while webhooks come in, and none is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-accounts-"));
  const path = join(folder, "providers.json");
  const by = signer("Stripe");
  const secrets = by.accounts.flatMap((one) => one.secrets);
  const exchange = async (...secrets: unknown[]) => {
    const accounts = [{ provider: "stripe", secrets }];
    await writeFile(join(folder, "next"), JSON.stringify({ accounts }));
    await rename(join(folder, "next"), path);
  };
  await exchange(secrets[0]);
  const variable = "EVENTFLOW_PROVIDERS_FILE";
  const file = await AccountsFile.open(path, variable);
  const { app } = intake({ accounts: () => file.accounts, clock });
  const answers: number[] = [];
  const sent = async (key: 0 | 1, body?: ReadableStream) => {
    const signed = by.sign("{}", key, 1);
    const { status } = await app.request("/api/webhooks/stripe", {
      method: "POST",
      headers: signed.headers,
      body: body ?? signed.body,
    });
    answers.push(status);
    return status;
  };
  let key: 0 | 1 | undefined = 0;
  const sending = Array.from({ length: 4 }, async () => {
    while (key !== undefined) {
      await sent(key);
      await new Promise((next) => setImmediate(next));
    }
  });
  const more = (count = answers.length) =>
    until("more webhooks are answered", () => answers.length >= count + 20, {
      everyMs: 1,
    });
  const log = silentLog();
  await more();
  await exchange(...secrets);
  await file.look({ variable, log });
  await more();
  key = 1;
  await more();
  // Its headers are there before the exchange, its body behind it.
  let finish = () => {};
  const slow = sent(
    0,
    new ReadableStream({
      start(stream) {
        finish = () => {
          stream.enqueue(new TextEncoder().encode("{}"));
          stream.close();
        };
      },
    }),
  );
  await exchange(secrets[1]);
  await file.look({ variable, log });
  finish();
  assert.equal(await slow, 202);
  await more();
  key = undefined;
  await Promise.all(sending);
  assert.deepEqual([...new Set(answers)], [202]);
  assert.equal(await sent(0), 401);
  await rm(folder, { recursive: true });
});
