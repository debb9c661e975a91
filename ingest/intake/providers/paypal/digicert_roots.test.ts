import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { rootCertificates } from "node:tls";
import { digicertRoots } from "./digicert_roots.ts";

/**
 * Of the first generation: newer lists, such as Bun's, have them no more, as browsers trust no server by them. What was signed
 * before is proven by them still.
 */
const firstGeneration = [
  // DigiCert Assured ID Root CA
  "3E:90:99:B5:01:5E:8F:48:6C:00:BC:EA:9D:11:1E:E7:21:FA:BA:35:5A:89:BC:F1:DF:69:56:1E:3D:C6:32:5C",
  // DigiCert Global Root CA
  "43:48:A0:E9:44:4C:78:CB:26:5E:05:8D:5E:89:44:B4:D8:4F:96:62:BD:26:DB:25:7F:89:34:A4:43:C7:01:61",
  // DigiCert High Assurance EV Root CA
  "74:31:E5:F4:C3:C1:CE:46:90:77:4F:0B:61:E0:54:40:88:3B:A9:A0:1E:D0:0B:A6:AB:D7:80:6E:D3:B1:18:CF",
];

test("the roots are authorities of DigiCert's that are known, and will be for years", () => {
  const known = new Set([
    ...rootCertificates.map((pem) => new X509Certificate(pem).fingerprint256),
    ...firstGeneration,
  ]);
  assert.ok(digicertRoots.length > 0);
  for (const pem of digicertRoots) {
    const { subject, ca, fingerprint256, validTo } = new X509Certificate(pem);
    assert.match(subject, /DigiCert/);
    assert.ok(ca, subject);
    assert.ok(known.has(fingerprint256), subject);
    assert.ok(Date.parse(validTo) > Date.parse("2030-01-01"), subject);
  }
});
