/**
 * For tests: certificates and keys, made anew by openssl, that nobody else believes.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "eventflow-openssl-"));

const run = (...args: readonly string[]) =>
  execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

run(
  ...["req", "-x509", "-nodes", ...newKey, "-days", "2", "-subj", "/CN=ca"],
  ...["-out", "ca.pem", "-keyout", "ca.key"],
);
run(
  ...["req", "-nodes", ...newKey, "-subj", "/O=Acme/CN=client"],
  ...["-out", "client.csr", "-keyout", "client.key"],
);
const signed = (name: string, days: string) =>
  run(
    ...["x509", "-req", "-in", "client.csr", "-CA", "ca.pem"],
    ...["-CAkey", "ca.key", "-set_serial", "1", "-days", days, "-out", name],
  );
signed("client.pem", "2");
signed("expired.pem", "-1");
run(
  ...["pkcs8", "-topk8", "-in", "client.key", "-passout", "pass:locked"],
  ...["-out", "locked.key"],
);

const text = (name: string) => readFileSync(join(folder, name), "utf8");

export const testCertificates = {
  authority: text("ca.pem"),
  certificate: text("client.pem"),
  key: text("client.key"),
  otherKey: text("ca.key"),
  lockedKey: text("locked.key"),
  /** Of the same key. */
  expired: text("expired.pem"),
} as const;

rmSync(folder, { recursive: true });
