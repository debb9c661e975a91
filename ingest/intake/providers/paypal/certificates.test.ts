import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import {
  authorityBy,
  type Certified,
  certifiedBy,
  keys,
  selfSigned,
} from "#kit/intake/test_message_certificates.ts";
import {
  answering,
  between,
  CERT_URL,
  fileOf,
  LIVE,
  live,
  root,
  SANDBOX,
} from "#kit/intake/test_paypal.ts";
import { listening } from "#kit/listening.ts";
import { until } from "#kit/until.ts";
import { CertificateStore, type Environment } from "./certificates.ts";

/** When all that is certified here is valid. */
const NOW_MS = Date.now() + 3_600_000;
const DAY_MS = 86_400_000;
const leafOf = (
  issuer: Certified,
  options: Partial<Parameters<typeof certifiedBy>[1]> = {},
) => certifiedBy(issuer, { subject: `/CN=${LIVE}`, ...options });

function storeOf(
  answer: (url: string) => Response | Promise<Response>,
  { at = { nowMs: 0 }, ...options }: {
    at?: { nowMs: number };
    fetchMs?: number;
  } = {},
) {
  const { fetch, asked } = answering(answer);
  const store = new CertificateStore({
    fetch,
    roots: () => [root.pem],
    clock: () => at.nowMs,
    ...options,
  });
  return { store, asked };
}

/** What a file of certificates counts for. */
async function verdictOf(
  file: string,
  { url = CERT_URL, environment = "live", nowMs = NOW_MS }: {
    url?: string;
    environment?: Environment;
    nowMs?: number;
  } = {},
) {
  const { store } = storeOf(() => new Response(file));
  const found = await store.keyAt(url, { environment, nowMs });
  return typeof found === "string" ? found : "good";
}

test("a certificate of PayPal's counts, with those between in any order and the root or none", async () => {
  for (
    const file of [
      fileOf(live, between),
      fileOf(live, between, root),
      fileOf(live, root, between),
      fileOf(live, selfSigned({ subject: "/CN=Unrelated" }), between),
    ]
  ) assert.equal(await verdictOf(file), "good");
});

const stranger = selfSigned({ subject: "/O=Test/CN=Test Root", key: keys.ec });
const noAuthority = authorityBy(root, {
  subject: "/CN=No Authority",
  extensions: ["basicConstraints=CA:FALSE"],
});
const ofOtherUse = authorityBy(root, {
  subject: "/CN=Of Other Use",
  extensions: [
    "basicConstraints=critical,CA:TRUE",
    "keyUsage=critical,digitalSignature",
  ],
});

for (
  const [what, file] of [
    [
      "of another name",
      () => fileOf(leafOf(between, { subject: "/CN=www.paypal.com" }), between),
    ],
    [
      "of two names",
      () =>
        fileOf(
          leafOf(between, { subject: `/CN=evil.example/CN=${LIVE}` }),
          between,
        ),
    ],
    [
      "with a name that has a line's end in it",
      () =>
        fileOf(
          leafOf(between, { subject: `/CN=evil.example\nCN=${LIVE}` }),
          between,
        ),
    ],
    [
      "of a name that ends like PayPal's",
      () => fileOf(leafOf(between, { subject: `/CN=x${LIVE}` }), between),
    ],
    ["without those between", () => fileOf(live)],
    ["whose chain is broken", () => fileOf(live, root)],
    [
      "signed by itself",
      () =>
        fileOf(selfSigned({ subject: `/CN=${LIVE}`, extensions: [] }), root),
    ],
    [
      "that is an authority's own",
      () => fileOf(authorityBy(root, { subject: `/CN=${LIVE}` })),
    ],
    [
      "by an authority of the same name that is another",
      () => fileOf(leafOf(stranger), stranger),
    ],
    [
      "by what is no authority",
      () => fileOf(leafOf(noAuthority), noAuthority),
    ],
    [
      "by an authority that is for something else",
      () => fileOf(leafOf(ofOtherUse), ofOtherUse),
    ],
    [
      "behind another one of PayPal's",
      () => fileOf(leafOf(stranger), live, between),
    ],
    [
      "with a key that is too short",
      () => fileOf(leafOf(between, { key: keys.short }), between),
    ],
    [
      "with a key that is no RSA key",
      () => fileOf(leafOf(between, { key: keys.ec }), between),
    ],
  ] as const
) {
  test(`a certificate ${what} counts for nothing`, async () => {
    assert.equal(await verdictOf(file()), "bad_signature");
  });
}

test("a certificate counts while all of its chain is valid", async () => {
  const file = fileOf(live, between);
  for (const nowMs of [NOW_MS - DAY_MS, NOW_MS + 11 * DAY_MS]) {
    assert.equal(await verdictOf(file, { nowMs }), "bad_signature");
  }
});

test("the sandbox's certificate does not count for live, nor live's for the sandbox, wherever they are", async () => {
  const sandbox = fileOf(
    leafOf(between, { subject: `/CN=${SANDBOX}` }),
    between,
  );
  const sandboxUrl = CERT_URL.replace("api.", "api.sandbox.");
  const environment = "sandbox";
  assert.equal(
    await verdictOf(sandbox, { url: sandboxUrl, environment }),
    "good",
  );
  assert.equal(await verdictOf(sandbox), "bad_signature");
  assert.equal(await verdictOf(sandbox, { url: sandboxUrl }), "bad_signature");
  assert.equal(
    await verdictOf(fileOf(live, between), { url: sandboxUrl, environment }),
    "bad_signature",
  );
});

for (
  const url of [
    "http://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://evil.example/v1/notifications/certs/CERT-1",
    "https://evil.example/https://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    "https://www.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com:444/v1/notifications/certs/CERT-1",
    "https://api.paypal.com:443/v1/notifications/certs/CERT-1",
    "https://API.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com./v1/notifications/certs/CERT-1",
    "https://user@api.paypal.com/v1/notifications/certs/CERT-1",
    "https://user:word@api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
    "https://api.paypal.com\\@evil.example/v1/notifications/certs/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/CERT-1?a=b",
    "https://api.paypal.com/v1/notifications/certs/CERT-1?",
    "https://api.paypal.com/v1/notifications/certs/CERT-1#a",
    "https://api.paypal.com/v1/notifications/certs/",
    "https://api.paypal.com/v1/notifications/certs/../webhooks/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/%2e%2e/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/a/b",
    "https://api.paypal.com/v1//notifications/certs/CERT-1",
    "https://api.paypal.com/V1/notifications/certs/CERT-1",
    " https://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/CERT-1\n",
    `https://api.paypal.com/v1/notifications/certs/${"a".repeat(129)}`,
    "https:api.paypal.com/v1/notifications/certs/CERT-1",
    "//api.paypal.com/v1/notifications/certs/CERT-1",
    "file:///etc/passwd",
    "",
  ]
) {
  test(`nothing is fetched from ${JSON.stringify(url)}, and it proves nothing`, async () => {
    const { store, asked } = storeOf(() => new Response(fileOf(live, between)));
    const at = { environment: "live", nowMs: NOW_MS } as const;
    assert.equal(await store.keyAt(url, at), "bad_signature");
    assert.deepEqual(asked, []);
  });
}

/** A server in PayPal's place. */
async function serverOf(
  answer: Parameters<typeof createServer>[1],
) {
  const server = createServer(answer);
  const port = await listening(server);
  const fetched: typeof fetch = (_, init) =>
    fetch(`http://127.0.0.1:${port}/cert`, init);
  return {
    fetch: fetched,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const good = fileOf(live, between);

for (
  const [what, answer] of [
    ["a redirect, even to itself", (path, response) => {
      const isFirst = path === "/cert";
      response.writeHead(isFirst ? 302 : 200, { Location: "/there" })
        .end(isFirst ? "" : good);
    }],
    ["404", (_, response) => response.writeHead(404).end(good)],
    ["500", (_, response) => response.writeHead(500).end(good)],
    ["203", (_, response) => response.writeHead(203).end(good)],
    ["no certificate", (_, response) => response.end("<html>Wait</html>")],
    ["what is no certificate within its lines", (_, response) =>
      response.end(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      )],
    [
      "more than is taken",
      (_, response) => response.end(good + " ".repeat(70_000)),
    ],
    ["nothing", () => {}],
    ["a beginning and no end", (_, response) => response.write(good)],
    ["a broken connection", (_, response) => response.destroy()],
  ] as readonly [
    string,
    (path: string, response: import("node:http").ServerResponse) => void,
  ][]
) {
  test(`a certificate is unavailable, and tried again after a moment, if there is ${what}`, async () => {
    let isMended = false;
    await using server = await serverOf(({ url = "" }, response) => {
      if (isMended) response.end(good);
      else answer(url, response);
    });
    const at = { nowMs: 0 };
    const store = new CertificateStore({
      fetch: server.fetch,
      roots: () => [root.pem],
      clock: () => at.nowMs,
      // What answers at all has all the time that it takes.
      fetchMs: /^(nothing|a beginning)/.test(what) ? 50 : 60_000,
    });
    const verdict = async () => {
      const found = await store.keyAt(CERT_URL, {
        environment: "live",
        nowMs: NOW_MS,
      });
      return typeof found === "string" ? found : "good";
    };
    assert.equal(await verdict(), "certificate_unavailable");
    isMended = true;
    assert.equal(await verdict(), "certificate_unavailable");
    // On a machine that is busy what answers may take longer than what is given to what never does.
    await until("the certificate can be had", async () => {
      at.nowMs += 2_001;
      return await verdict() === "good";
    }, { everyMs: 1 });
  });
}

test("many requests at once ask once, and later ones do not ask at all", async () => {
  const { store, asked } = storeOf(() => new Response(good));
  const at = { environment: "live", nowMs: NOW_MS } as const;
  const found = await Promise.all(
    Array.from({ length: 100 }, () => store.keyAt(CERT_URL, at)),
  );
  found.push(await store.keyAt(CERT_URL, at));
  assert.equal(new Set(found).size, 1);
  assert.equal(typeof found[0], "object");
  assert.deepEqual(asked, [CERT_URL]);
});

test("what was there and did not count is asked for again after a minute", async () => {
  const at = { nowMs: 0 };
  let file = fileOf(live);
  const { store } = storeOf(() => new Response(file), { at });
  const keyAt = () =>
    store.keyAt(CERT_URL, { environment: "live", nowMs: NOW_MS });
  assert.equal(await keyAt(), "bad_signature");
  file = good;
  at.nowMs = 60_000;
  assert.equal(await keyAt(), "bad_signature");
  at.nowMs = 60_001;
  assert.equal(typeof await keyAt(), "object");
});

test("addresses without end push no certificate out that counts, and few are asked for at once", async () => {
  const waiting: (() => void)[] = [];
  const { store, asked } = storeOf((url) =>
    url === CERT_URL
      ? new Response(good)
      : new Promise<Response>((resolve) =>
        waiting.push(() => resolve(new Response("", { status: 404 })))
      )
  );
  const at = { environment: "live", nowMs: NOW_MS } as const;
  await store.keyAt(CERT_URL, at);
  const others = Array.from(
    { length: 1_000 },
    (_, n) => store.keyAt(CERT_URL.replace(/[^/]*$/, `CERT-${n}`), at),
  );
  assert.equal(asked.length, 1 + 8);
  for (const answer of waiting) answer();
  assert.deepEqual(
    new Set(await Promise.all(others)),
    new Set(["certificate_unavailable"]),
  );
  for (let n = 0; n < 1_000; n++) {
    const other = store.keyAt(CERT_URL.replace(/[^/]*$/, `CERT-x${n}`), at);
    waiting.at(-1)?.();
    await other;
  }
  const before = asked.length;
  assert.equal(typeof await store.keyAt(CERT_URL, at), "object");
  assert.equal(asked.length, before);
});
