/** For tests: accounts at providers. */
import {
  type ProviderAccount,
  ProviderAccounts,
} from "../../../../ingest/intake/providers/accounts.ts";
import { CertificateStore } from "../../../../ingest/intake/providers/paypal/certificates.ts";
import { paypal } from "../../../../ingest/intake/providers/paypal/paypal.ts";
import { paypalBy } from "../../../../ingest/intake/providers/paypal/scheme.ts";
import { answering, between, fileOf, live, root } from "./test_paypal.ts";

/** As their file has them. */
export function accountsOf(
  ...accounts: readonly ({ provider: string } & Record<string, unknown>)[]
): ProviderAccounts {
  return ProviderAccounts.in(JSON.stringify({ accounts }), "A test's file");
}

/** The same, with certificates from what answers, in place of PayPal. */
export function withCertificates(
  accounts: ProviderAccounts,
  answer = (_url: string) => new Response(fileOf(live, between)),
): ProviderAccounts {
  const { fetch } = answering(answer);
  const store = new CertificateStore({ fetch, roots: () => [root.pem] });
  const row = { ...paypal, scheme: paypalBy(store) };
  return new ProviderAccounts(
    accounts.all.map((one): ProviderAccount =>
      one.row.name === paypal.name ? { ...one, row } : one
    ),
  );
}
