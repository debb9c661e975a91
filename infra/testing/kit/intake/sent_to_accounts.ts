/** For tests: what is sent to accounts, by their own way of signing. */
import assert from "node:assert/strict";
import { type Signer, signers, TIME_S } from "./signed_requests.ts";
import { accountsOf, withCertificates } from "./test_accounts.ts";
import { intake } from "./testing.ts";

/** Of all that is signed here. */
export const clock = () => TIME_S * 1_000;
/** As the file of accounts has it. */
export function accountOf(
  { provider, accounts: [settings] }: Signer,
  account?: string,
) {
  return { provider, ...account !== undefined && { account }, ...settings };
}

export function signerOf(name: string): Signer {
  const found = signers.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

/** Sends a body to an account by its own way of signing. */
export async function send(
  by: Signer,
  body: string,
  { account, headers = {}, env = {} }: {
    account?: string;
    env?: Record<string, string>;
    headers?: Record<string, string>;
  } = {},
) {
  const accounts = withCertificates(accountsOf(accountOf(by, account)));
  const { app, published } = intake({ accounts, clock, env });
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
