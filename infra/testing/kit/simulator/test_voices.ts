/** For tests: voices of providers with accounts of chance, and what verifies them. */
import { madeUpAccounts } from "#local/made_up_accounts.ts";
import type { ProviderName } from "../../../../ingest/provider_accounts/names.ts";
import type { Verdict } from "../../../../ingest/intake/providers/scheme.ts";
import { ProviderAccounts } from "../../../../ingest/intake/providers/accounts.ts";
import { CertificateStore } from "../../../../ingest/intake/providers/paypal/certificates.ts";
import { paypalBy } from "../../../../ingest/intake/providers/paypal/scheme.ts";
import type { Signed } from "../../../../ingest/simulator/message.ts";
import { createPaypalAuthority } from "../../../../ingest/simulator/paypal_authority/authority.ts";
import type { Moment, Step } from "../../../../ingest/simulator/voices/life.ts";
import {
  anyPayment,
  type Payment,
} from "../../../../ingest/simulator/voices/payment.ts";
import {
  type AnyVoice,
  voicesBy,
} from "../../../../ingest/simulator/voices/voices.ts";
import { seededRandom } from "./test_doubles.ts";

/** A moment at which all that is signed here is in time. */
export const NOW_MS = Date.now();

export const CERTIFICATE_HOST = "127.0.0.1:8003";

export const authority = createPaypalAuthority({ nowMs: NOW_MS });
export const voices = voicesBy(() => authority);

/** As a file of accounts has it, without its name. */
export function madeUp(provider: ProviderName): Record<string, unknown> {
  return {
    ...madeUpAccounts[provider]({
      url: `https://pay.example.org/api/webhooks/${provider}`,
      paypal: { certificate_host: CERTIFICATE_HOST, root_file: "root.pem" },
    }),
  };
}

/** A payment of chance. */
export function paymentOf({ currencies }: AnyVoice, seed = 1): Payment {
  return anyPayment({ currencies, random: seededRandom(seed) });
}

/** A payment at one step of its life, of which captures and refunds were in full. */
export function momentAt(
  payment: Payment,
  step: Step,
  { nth = 0 }: { nth?: number } = {},
): Moment {
  const isRefunded = step.endsWith("refunded");
  const isCaptured = isRefunded || step.startsWith("dispute") ||
    step === "captured";
  return {
    payment,
    step,
    nth,
    amount: payment.amount,
    captured: isCaptured ? payment.amount : 0n,
    refunded: isRefunded ? payment.amount : 0n,
    atMs: NOW_MS,
    beganAtMs: NOW_MS,
  };
}

/** What the intake's own verifier says of a signed message. */
export async function verdictOf(
  provider: ProviderName,
  account: Record<string, unknown>,
  { headers, body }: Signed,
  { atMs = NOW_MS }: { atMs?: number } = {},
): Promise<Verdict> {
  const accounts = ProviderAccounts.in(
    JSON.stringify({ accounts: [{ provider, ...account }] }),
    "A test",
    "development",
  );
  const its = accounts.find(provider);
  if (its === undefined) throw new Error(`There is no account of ${provider}`);
  const scheme = provider === "paypal" ? paypalScheme : its.row.scheme;
  const sent = new Headers(headers);
  const fault = scheme.credentialFault?.(sent, its.settings);
  if (fault !== undefined) return fault;
  const claim = scheme.claimIn(sent, its.settings, atMs);
  return typeof claim === "string" ? claim : await claim(body);
}

/** PayPal's way of signing: it believes the authority of these tests, and asks it without a server. */
export const paypalScheme = (() => {
  const base = `http://${CERTIFICATE_HOST}/v1/notifications/certs/CERT-`;
  const store = new CertificateStore({
    fetch: (input) => {
      const pem = authority.certificateOf(String(input).slice(base.length));
      return Promise.resolve(new Response(pem, { status: pem ? 200 : 404 }));
    },
    isAddress: (url) => url.startsWith(base),
    roots: () => [authority.root],
  });
  return paypalBy(store, () => store);
})();
