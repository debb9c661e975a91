import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { crc32 as libraryCrc32 } from "#kit/intake/test_paypal.ts";
import { certifiedKey } from "../../intake/providers/paypal/certified_key.ts";
import { createPaypalAuthority } from "./authority.ts";
import { crc32 } from "./crc32.ts";

const authority = createPaypalAuthority({ nowMs: Date.now() });

test("its certificates are believed under its root, are called as PayPal's, and certify nobody", async () => {
  const root = new X509Certificate(authority.root);
  assert.ok(root.ca);
  for (
    const [environment, name] of [
      ["live", "messageverificationcerts.paypal.com"],
      ["sandbox", "messageverificationcerts.sandbox.paypal.com"],
    ] as const
  ) {
    const { certificate, serial } = authority.signerOf(environment);
    const key = await certifiedKey([certificate], [root]);
    assert.equal(key?.name, name);
    assert.equal(key?.serial, serial.toUpperCase());
    assert.equal(new X509Certificate(certificate).ca, false);
    assert.equal(authority.certificateOf(serial), certificate);
  }
  assert.equal(authority.certificateOf("00"), undefined);
});

test("no other start's certificates are believed under it", async () => {
  const other = createPaypalAuthority({ nowMs: Date.now() });
  const roots = [new X509Certificate(authority.root)];
  const { certificate } = other.signerOf("sandbox");
  assert.equal(await certifiedKey([certificate, other.root], roots), undefined);
});

test("it is valid from before now, for some weeks", () => {
  const { validFrom, validTo } = new X509Certificate(authority.root);
  const days = (Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000;
  assert.ok(Date.parse(validFrom) < Date.now());
  assert.ok(days > 29 && days < 32, String(days));
});

test("what an earlier one has certified is still to be had, and believed under the root that it had", async () => {
  const { certificate, serial } = authority.signerOf("sandbox");
  const earlier = `${authority.known()}no certificate`;
  const later = createPaypalAuthority({ nowMs: Date.now(), earlier });
  assert.equal(later.certificateOf(serial), certificate);
  later.signerOf("sandbox");
  const all =
    later.known().match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)
      ?.map((pem) => new X509Certificate(pem)) ?? [];
  const roots = all.filter(({ ca }) => ca);
  assert.equal(roots.length, 2);
  assert.ok(await certifiedKey([certificate], roots));
});

test("the checksum is the runtime's own", () => {
  for (const text of ["", "a", '{"a":10}', "é".repeat(1_000)]) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(crc32(bytes), libraryCrc32(bytes), text);
  }
});
