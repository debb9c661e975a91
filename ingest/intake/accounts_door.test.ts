import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { headerText } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { intake } from "#kit/intake/testing.ts";
import {
  accountOf,
  clock,
  send,
  signerOf,
} from "#kit/intake/sent_to_accounts.ts";
import { signers } from "#kit/intake/signed_requests.ts";
import { accountsOf, withCertificates } from "#kit/intake/test_accounts.ts";
import { openDoor } from "#kit/intake/test_door.ts";
import { keepingLog } from "#kit/keeping_log.ts";
import { say } from "../http/test_wire.ts";
import type { ProviderAccounts } from "./providers/accounts.ts";

const text = ({ headers }: OutgoingRecord, name: string) =>
  headerText(headers ?? [], name);

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

test("Adyen is answered with the text that it wants, others with JSON", async () => {
  const { response } = await send(
    signerOf("Adyen's items"),
    '{"pspReference":"p"}',
  );
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "[accepted]");
  const { response: other } = await send(signerOf("Square"), "{}");
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
  const by = signerOf("Stripe");
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
  const by = signerOf("PayPal");
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
  const { record } = await send(signerOf("Stripe"), '{"id":"evt_1"}', {
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
    const by = signerOf(name);
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
