import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { PaypalStandIn } from "../../../provider_accounts/paypal.ts";
import { CertificateStore } from "./certificates.ts";

/**
 * Certificates of what stands in for PayPal on a machine of one's own: at its one host, under the root in its file. The file
 * is read whenever a certificate is fetched, as each start of the stand-in makes others.
 *
 * Accounts that have one are read in development alone: `accountsIn`. They believe nothing of PayPal's own.
 *
 * @returns the store of a stand-in
 */
export function standInStores(
  { fetch = globalThis.fetch }: { fetch?: typeof globalThis.fetch } = {},
): (of: PaypalStandIn) => Pick<CertificateStore, "keyAt" | "obstacle"> {
  const stores = new Map<string, CertificateStore>();
  return (of) => {
    const name = JSON.stringify([of.certificate_host, of.root_file]);
    const store = stores.get(name) ?? storeOf(of, fetch);
    stores.set(name, store);
    return store;
  };
}

function storeOf(
  { certificate_host, root_file }: PaypalStandIn,
  fetch: typeof globalThis.fetch,
): CertificateStore {
  const folder = `http://${certificate_host}/v1/notifications/certs/`;
  return new CertificateStore({
    fetch,
    isAddress: (url) =>
      url.startsWith(folder) &&
      /^[\w-]{1,128}$/.test(url.slice(folder.length)),
    roots: () => rootsIn(readFileSync(root_file, "utf8")),
  });
}

/** The file has what is certified, too. */
function rootsIn(text: string): readonly string[] {
  const pems = text.match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
  ) ?? [];
  return pems.filter((pem) => new X509Certificate(pem).ca);
}
