import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { standardWebhooks as scheme } from "./scheme.ts";

const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);
const ids = fc.stringMatching(/^msg_[\w-]{1,40}$/);
// The library reads bodies as text, and what it has verified as JSON.
const bodies = fc.json();

type SentHeaders = Record<
  `webhook-${"id" | "timestamp" | "signature"}`,
  string
>;

async function isAccepted(secret: string, headers: SentHeaders, body: string) {
  const account = scheme.settings.parse({ secrets: [secret] });
  const claim = scheme.claimIn(new Headers(headers), account, Date.now());
  if (typeof claim === "string") return false;
  return typeof await claim(new TextEncoder().encode(body)) === "object";
}

function libraryAccepts(secret: string, headers: SentHeaders, body: string) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function headersOf(id: string, signature: string, at: Date): SentHeaders {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signature,
  };
}

test("what the specification's own library signs is accepted", async () => {
  await fc.assert(
    fc.asyncProperty(secrets, ids, bodies, async (secret, id, body) => {
      const at = new Date();
      const signature = new Webhook(secret).sign(id, at, body);
      assert.ok(await isAccepted(secret, headersOf(id, signature, at), body));
    }),
  );
});

test("what tests sign by the specification's text its library accepts", () => {
  fc.assert(
    fc.property(secrets, ids, bodies, (secret, id, body) => {
      const at = new Date();
      const seconds = Math.floor(at.getTime() / 1_000);
      const key = Buffer.from(secret.slice("whsec_".length), "base64");
      const signature = createHmac("sha256", key)
        .update(`${id}.${seconds}.${body}`).digest("base64");
      const headers = headersOf(id, `v1,${signature}`, at);
      assert.ok(libraryAccepts(secret, headers, body));
    }),
  );
});

test("nothing is accepted that the library refuses, of headers with something else in them", async () => {
  const changes = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => `v1,AAAA ${text}`,
    (text) => `${text} v1,AAAA`,
    (text) => `v2,AAAA ${text}`,
    (text) => text.replace("v1,", "v2,"),
    (text) => text.replace("v1,", ""),
    (text) => `${text},${text}`,
    (text) => text.replace(/=+$/, ""),
    (text) => text.toLowerCase(),
    (text) => text.slice(0, -5),
    () => "",
  );
  await fc.assert(
    fc.asyncProperty(
      secrets,
      ids,
      bodies,
      changes,
      async (secret, id, body, change) => {
        const at = new Date();
        const signature = change(new Webhook(secret).sign(id, at, body));
        const headers = headersOf(id, signature, at);
        const ours = await isAccepted(secret, headers, body);
        const theirs = libraryAccepts(secret, headers, body);
        assert.ok(!ours || theirs, signature);
      },
    ),
  );
});
