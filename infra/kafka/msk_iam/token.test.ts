import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import type { Credentials } from "./credentials.ts";
import { signToken } from "./token.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");
const region = "eu-central-1";
const person: Credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const task = { ...person, sessionToken: "IQoJb3JpZ2luX2VjEA/+==" };

const sign = (credentials: Credentials, nowMs = NOW_MS) =>
  signToken({ credentials, region, nowMs });

const urlOf = (value: string) =>
  new URL(Buffer.from(value, "base64url").toString());

const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();
const sha256 = (text: string) =>
  createHash("sha256").update(text).digest("hex");

/** The signature of a presigned URL, by the steps of AWS's page "Create a signed AWS API request". */
function signatureOf(url: URL, secret: string): string {
  const names = [...url.searchParams.keys()]
    .filter((name) => name !== "X-Amz-Signature" && name !== "User-Agent");
  const query = names.sort().map((name) =>
    `${name}=${encodeURIComponent(url.searchParams.get(name) ?? "")}`
  ).join("&");
  const canonical = [
    ...["GET", "/", query, `host:${url.host}`, "", "host"],
    sha256(""),
  ].join("\n");
  const at = url.searchParams.get("X-Amz-Date") ?? "";
  const scope = [at.slice(0, 8), region, "kafka-cluster", "aws4_request"];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const toSign = ["AWS4-HMAC-SHA256", at, scope.join("/"), sha256(canonical)];
  return hmac(key as Buffer, toSign.join("\n")).toString("hex");
}

test("a token is a presigned URL of kafka-cluster:Connect in the region, and its signature is AWS's", async () => {
  const { value, expiresMs } = await sign(task);
  assert.match(value, /^[A-Za-z0-9_-]+$/);
  const url = urlOf(value);
  assert.equal(url.origin, "https://kafka.eu-central-1.amazonaws.com");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    "Action": "kafka-cluster:Connect",
    "User-Agent": "eventflow",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential":
      "AKIDEXAMPLE/20260301/eu-central-1/kafka-cluster/aws4_request",
    "X-Amz-Date": "20260301T120000Z",
    "X-Amz-Expires": "900",
    "X-Amz-Security-Token": task.sessionToken,
    "X-Amz-Signature": signatureOf(url, task.secretAccessKey),
    "X-Amz-SignedHeaders": "host",
  });
  assert.equal(expiresMs, NOW_MS + 900_000);
});

test("AWS's own signer signs the same, to the byte", async () => {
  // aws-msk-iam-sasl-signer-js 1.0.3, with these credentials and its clock at NOW_MS.
  const theirs =
    "https://kafka.eu-central-1.amazonaws.com/?Action=kafka-cluster%3AConnect&User-Agent=aws-msk-iam-sasl-signer-js%2F1.0.3&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Feu-central-1%2Fkafka-cluster%2Faws4_request&X-Amz-Date=20260301T120000Z&X-Amz-Expires=600&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEA%2F%2B%3D%3D&X-Amz-Signature=99b1ce9b5c13bd2aeff675db8e20f2c07bfd2da724886209459769991ed8894b&X-Amz-SignedHeaders=host";
  const { value } = await sign({
    ...task,
    expiration: new Date(NOW_MS + 600_000),
  });
  assert.equal(
    urlOf(value).href.replace(
      "User-Agent=eventflow",
      "User-Agent=aws-msk-iam-sasl-signer-js%2F1.0.3",
    ),
    theirs,
  );
});

test("a person's credentials without a session sign too", async () => {
  const url = urlOf((await sign(person)).value);
  assert.equal(url.searchParams.has("X-Amz-Security-Token"), false);
  assert.equal(
    url.searchParams.get("X-Amz-Signature"),
    signatureOf(url, person.secretAccessKey),
  );
});

test("no token outlives the credentials that it is signed with, and its life is in whole seconds", async () => {
  const expiration = new Date(NOW_MS + 29_750);
  for (const laterMs of [0, 1, 500, 999, 20_400, 28_750]) {
    const nowMs = NOW_MS + laterMs;
    const { value, expiresMs = 0 } = await sign({ ...task, expiration }, nowMs);
    const life = urlOf(value).searchParams.get("X-Amz-Expires") ?? "";
    assert.match(life, /^[1-9]\d*$/, `${laterMs} ms later`);
    const signedMs = nowMs - nowMs % 1_000;
    assert.equal(expiresMs, signedMs + 1_000 * Number(life));
    assert.ok(expiresMs <= expiration.getTime(), `${laterMs} ms later`);
    assert.ok(expiresMs > nowMs, `${laterMs} ms later`);
  }
});

test("credentials that have ended sign nothing, and are waited for", async () => {
  const expiration = new Date(NOW_MS + 999);
  await assert.rejects(
    sign({ ...task, expiration }),
    (error) =>
      error instanceof TransientError &&
      /have ended at 2026-03-01T12:00:00.999Z/.test(error.message) &&
      !error.message.includes(task.secretAccessKey),
  );
});
