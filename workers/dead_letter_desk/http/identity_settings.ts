import { z } from "zod";
import { isLoopback } from "#runtime/development.ts";
import {
  optional,
  type Relation,
  secret,
  type Setting,
  text,
} from "#runtime/config.ts";

/** Of an identity provider nothing is believed that came over a connection that anybody could alter. */
const httpsUrl = (env: string, doc: string): Setting<string> => ({
  env,
  doc,
  schema: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" })
    .refine(
      (url) => {
        const { protocol, hostname } = new URL(url);
        return protocol === "https:" || isLoopback(hostname);
      },
      "must be an https URL, but on loopback",
    )
    .transform((url) => url.replace(/\/+$/, "")),
});

/** Who logs in by an identity provider (OpenID Connect), and whose signed tokens are taken. */
export const identitySettings = {
  oidcIssuer: optional(httpsUrl(
    "EVENTFLOW_DESK_OIDC_ISSUER",
    "issuer of the OpenID Connect provider by which people log in, and whose access tokens the API takes",
  )),
  oidcAudience: text("EVENTFLOW_DESK_OIDC_AUDIENCE", {
    fallback: "eventflow-dead-letter-desk",
    doc: "whom an access token (JWT) must be for (`aud`)",
  }),
  oidcClientId: optional(text("EVENTFLOW_DESK_OIDC_CLIENT_ID", {
    doc:
      "the desk's client at the provider, by which the console logs people in",
  })),
  oidcClientSecret: optional(secret("EVENTFLOW_DESK_OIDC_CLIENT_SECRET", {
    doc: "secret of that client",
  })),
  oidcRolesClaim: text("EVENTFLOW_DESK_OIDC_ROLES_CLAIM", {
    fallback: "roles",
    doc:
      "claim that has a person's roles, with full stops between its names, such as realm_access.roles; the highest that is one of the desk's counts, with or without eventflow- in front",
  }),
  oidcSubjectClaim: text("EVENTFLOW_DESK_OIDC_SUBJECT_CLAIM", {
    fallback: "sub",
    doc:
      "claim by which a person is known in what is written down: one that never changes hands",
  }),
  externalUrl: optional(httpsUrl(
    "EVENTFLOW_DESK_EXTERNAL_URL",
    "where browsers reach the desk; the provider sends people back to /login/callback there",
  )),
};

/** What logging in by the console needs beside the issuer. */
export const loginIsWhole: Relation<typeof identitySettings> = (
  { oidcIssuer, oidcClientId, externalUrl },
) =>
  oidcClientId !== undefined &&
    (oidcIssuer === undefined || externalUrl === undefined)
    ? "EVENTFLOW_DESK_OIDC_CLIENT_ID needs EVENTFLOW_DESK_OIDC_ISSUER and EVENTFLOW_DESK_EXTERNAL_URL"
    : undefined;
