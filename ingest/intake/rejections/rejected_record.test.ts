import assert from "node:assert/strict";
import { test } from "node:test";
import { RejectedWebhook } from "#contracts/rejected_webhook.ts";
import { signers } from "#kit/intake/signed_requests.ts";
import { rejectedRecord } from "./rejected_record.ts";

function signatureIdOf(
  provider: string,
  headers: Readonly<Record<string, string>>,
) {
  const { value } = rejectedRecord({
    refused: {
      provider,
      account: "eu",
      refusal: "bad_signature",
      headers: new Headers(headers),
      body: "not_there",
      bodyBytes: undefined,
      sender: "unknown",
      atMs: 0,
    },
    why: { cause: "unknown_secret" },
    refusals: 1,
    topic: "topic",
    bodyBytes: 0,
  });
  return RejectedWebhook.parse(JSON.parse(String(value))).signature_id;
}

for (const { name, provider, signatureHeader, ...by } of signers) {
  if (signatureHeader === undefined) continue;
  test(`what has the same signature has the same id, and no signature is in it: ${name}`, () => {
    const [body = ""] = by.bodies;
    const { headers } = by.sign(body, 0, 1);
    const id = signatureIdOf(provider, headers);
    assert.match(id ?? "", /^[0-9a-f]{16}$/);
    assert.equal(signatureIdOf(provider, { ...headers, other: "x" }), id);
    const another = signatureIdOf(provider, by.sign(body, 1, 1).headers);
    assert.notEqual(another, id);
    assert.doesNotMatch(headers[signatureHeader] ?? "", new RegExp(id ?? ""));
  });

  test(`what may be a secret in the place of a signature has no id: ${name}`, () => {
    for (
      const secret of [
        "",
        "password",
        "a-password-that-somebody-chose-and-wrote-down",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "sk_live_0123456789abcdef0123456789abcdef01234567",
      ]
    ) {
      assert.equal(
        signatureIdOf(provider, { [signatureHeader]: secret }),
        null,
        secret,
      );
    }
  });
}
