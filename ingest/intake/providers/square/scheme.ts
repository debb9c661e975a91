/**
 * Square: HMAC-SHA256 in base64 over the notification's address and the body. The address is the one that its console has: what
 * a proxy makes of `Host` is nobody's proof.
 *
 * @see https://developer.squareup.com/docs/webhooks/step3validate
 * @module
 */
import { SquareAccount } from "../../../provider_accounts/square.ts";
import { bodyHmac } from "../body_hmac.ts";
import type { Scheme } from "../scheme.ts";

export const square: Scheme<SquareAccount> = {
  ...bodyHmac({
    settings: SquareAccount,
    header: "x-square-hmacsha256-signature",
    algorithm: "sha256",
    encoding: "base64",
    furtherHeaders: [
      "square-environment",
      "square-initial-delivery-timestamp",
      "square-retry-number",
    ],
    text: (body, { notification_url }) => [notification_url, body],
  }),
  atOtherAddresses: ({ notification_url, ...account }) =>
    otherAddresses(notification_url).map(([part, notification_url]) => [
      part,
      { ...account, notification_url },
    ]),
};

/** What is most often pasted in its place. */
function otherAddresses(address: string) {
  const url = new URL(address);
  const slash = (text: string) =>
    text.endsWith("/") ? text.slice(0, -1) : `${text}/`;
  const scheme = (text: string) =>
    text.startsWith("https:")
      ? text.replace("https:", "http:")
      : text.replace("http:", "https:");
  const bare = url.host.replace(/^www\./, "");
  const host = (text: string) =>
    text.replace(url.host, url.host === bare ? `www.${bare}` : bare);
  return [
    ["scheme", scheme(address)],
    ["trailing_slash", slash(address)],
    ["scheme_and_trailing_slash", slash(scheme(address))],
    ["www", host(address)],
    [
      "port",
      url.port === ""
        ? address.replace(url.host, `${url.host}:443`)
        : address.replace(`:${url.port}`, ""),
    ],
    ["query", url.origin + url.pathname],
    ["nothing", ""],
  ] as const;
}
