import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { answering, paypalHeaders, SANDBOX } from "#kit/intake/test_paypal.ts";
import {
  certifiedBy,
  selfSigned,
} from "#kit/intake/test_message_certificates.ts";
import { ConfigError } from "#runtime/config.ts";
import { ProviderAccounts } from "../accounts.ts";
import { CertificateStore } from "./certificates.ts";
import { paypalBy } from "./scheme.ts";
import { standInStores } from "./stand_in.ts";

const NOW_MS = Date.now() + 3_600_000;
const TIME = new Date(NOW_MS).toISOString();
const BODY = new TextEncoder().encode('{"id":"WH-1"}');
const HOST = "127.0.0.1:8003";
const URL_OF_CERTIFICATE = `http://${HOST}/v1/notifications/certs/CERT-1`;
const WEBHOOK_ID = "4JH86294D6297924G";

const entry = (development: unknown) => ({
  provider: "paypal",
  webhook_id: WEBHOOK_ID,
  environment: "sandbox",
  development,
});

function read(
  development: unknown,
  environment?: "development" | "production",
): ProviderAccounts {
  const accounts = [entry(development)];
  return ProviderAccounts.in(
    JSON.stringify({ accounts }),
    "providers.json",
    environment,
  );
}

const standIn = (root_file: string) => ({ certificate_host: HOST, root_file });

for (const environment of [undefined, "production"] as const) {
  test(`what stands in for PayPal is refused in one sentence where the environment is ${environment}`, () => {
    assert.throws(
      () => read(standIn("root.pem"), environment),
      (error) =>
        error instanceof ConfigError &&
        error.message ===
          "providers.json: paypal/default: development is for EVENTFLOW_ENVIRONMENT=development alone.",
    );
  });
}

test("no other account has anything for development", () => {
  for (const environment of ["production", "development"] as const) {
    const accounts = [{
      provider: "stripe",
      secrets: ["whsec_x"],
      development: standIn("root.pem"),
    }];
    assert.throws(
      () => ProviderAccounts.in(JSON.stringify({ accounts }), "f", environment),
      ConfigError,
    );
  }
});

for (
  const host of [
    "api.paypal.com:443",
    "10.0.0.1:8003",
    "127.0.0.1",
    "127.0.0.1:8003/x",
    "user@127.0.0.1:8003",
    "127.0.0.1:8003@evil.example:80",
    "127.0.0.1.evil.example:8003",
    "0.0.0.0:8003",
    "evil.example:80#127.0.0.1:8003",
    "0x7f.1:8003",
    "",
  ]
) {
  test(`no host but one on loopback stands in for PayPal: ${host}`, () => {
    assert.throws(
      () =>
        read({ certificate_host: host, root_file: "root.pem" }, "development"),
      /development\.certificate_host must be a host on loopback and a port/,
    );
  });
}

test("hosts on loopback may, by address and by name", () => {
  for (const host of ["127.0.0.1:8003", "localhost:8003", "[::1]:8003"]) {
    const { all } = read(
      { certificate_host: host, root_file: "root.pem" },
      "development",
    );
    assert.equal(all.length, 1);
  }
});

/** PayPal's scheme with a stand-in whose root is in a file. */
async function standing() {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-stand-in-"));
  const file = join(folder, "root.pem");
  const anew = async () => {
    const root = selfSigned({ subject: "/CN=A Stand-in" });
    const leaf = certifiedBy(root, { subject: `/CN=${SANDBOX}` });
    await writeFile(file, root.pem);
    return leaf;
  };
  const at = { leaf: await anew() };
  const { fetch, asked } = answering(() => new Response(at.leaf.pem));
  const never = answering(() => new Response("", { status: 404 }));
  const scheme = paypalBy(
    new CertificateStore({ fetch: never.fetch }),
    standInStores({ fetch }),
  );
  return {
    asked,
    anew: async () => at.leaf = await anew(),
    verdict: async (url: string, { isOfStandIn = true } = {}) => {
      const account = scheme.settings.parse({
        webhook_id: WEBHOOK_ID,
        environment: "sandbox",
        ...isOfStandIn && { development: standIn(file) },
      });
      const headers = new Headers(
        paypalHeaders(BODY, { time: TIME, url, by: at.leaf }),
      );
      const claim = scheme.claimIn(headers, account, NOW_MS);
      return typeof claim === "string" ? claim : await claim(BODY);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test("an account with a stand-in believes it, and an account without does not", async () => {
  await using paypal = await standing();
  assert.equal(typeof await paypal.verdict(URL_OF_CERTIFICATE), "object");
  assert.equal(
    await paypal.verdict(URL_OF_CERTIFICATE, { isOfStandIn: false }),
    "bad_signature",
  );
});

test("nothing is fetched from elsewhere for an account with a stand-in, PayPal included", async () => {
  await using paypal = await standing();
  for (
    const url of [
      "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
      `https://${HOST}/v1/notifications/certs/CERT-1`,
      `http://${HOST}/v1/notifications/certs/../../secrets`,
      `http://${HOST}/v1/notifications/certs/CERT-1?x=1`,
      `http://${HOST}/other`,
      `http://127.0.0.1:80035/v1/notifications/certs/CERT-1`,
      `http://${HOST}@evil.example/v1/notifications/certs/CERT-1`,
      "http://evil.example/v1/notifications/certs/CERT-1",
    ]
  ) assert.equal(await paypal.verdict(url), "bad_signature", url);
  assert.deepEqual(paypal.asked, []);
});

test("a stand-in that started anew, with another root, is believed at its new address", async () => {
  await using paypal = await standing();
  assert.equal(typeof await paypal.verdict(URL_OF_CERTIFICATE), "object");
  await paypal.anew();
  assert.equal(
    typeof await paypal.verdict(`${URL_OF_CERTIFICATE}-2`),
    "object",
  );
});
