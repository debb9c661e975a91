/**
 * How Kafka is believed, and how one logs in to it. The names of files are libpq's, as those of the database are.
 *
 * @module
 */
import { z } from "zod";
import {
  isPair,
  whyNoKey,
  whyUnusable,
  whyUnusableNow,
} from "#runtime/certificate_files.ts";
import {
  choice,
  type Config,
  file,
  flag,
  optional,
  type Relation,
  secret,
  type Setting,
  text,
} from "#runtime/config.ts";
import { isLoopback } from "#runtime/development.ts";
import { parseBroker } from "./broker_address.ts";
import { mskIamSettings, mskLoginIsWhole } from "./msk_iam/settings.ts";

export const saslMechanisms = [
  "plain",
  "scram-sha-256",
  "scram-sha-512",
  "oauthbearer",
  "aws-msk-iam",
] as const;

/** It has no login and no more than a path and a query: what is shown of it is no secret. */
const tokenUrl: Setting<string> = {
  env: "EVENTFLOW_KAFKA_OAUTH_TOKEN_URL",
  doc: "where tokens are asked for, by the grant of client credentials",
  schema: z.string().regex(
    /^https?:\/\/[^\s@#]+$/,
    "must be an https URL without a login",
  ),
};

export const securitySettings = {
  kafkaTls: optional(flag("EVENTFLOW_KAFKA_TLS", {
    doc: "encrypt connections to the brokers, and believe those alone that " +
      "have a certificate for their host; by itself true if one of the " +
      "files below is set, else false",
  })),
  kafkaSslRootCert: optional(file("EVENTFLOW_KAFKA_SSLROOTCERT", {
    doc:
      "file of the certificates (PEM) of the authorities that brokers are believed by; " +
      "by itself those that the runtime brings",
  })),
  kafkaSslCert: optional(file("EVENTFLOW_KAFKA_SSLCERT", {
    doc: "file of the certificate (PEM) to log in with, and of those between " +
      "it and its authority",
  })),
  kafkaSslKey: optional(file("EVENTFLOW_KAFKA_SSLKEY", {
    doc: "file of that certificate's private key (PEM), without a passphrase",
  })),
  kafkaSaslMechanism: optional(choice("EVENTFLOW_KAFKA_SASL_MECHANISM", {
    values: saslMechanisms,
    doc: "how to log in to the brokers; empty: by certificate, or not at all",
  })),
  kafkaSaslUsername: optional(text("EVENTFLOW_KAFKA_SASL_USERNAME", {
    doc: "user name for the brokers",
  })),
  kafkaSaslPassword: optional(secret("EVENTFLOW_KAFKA_SASL_PASSWORD", {
    doc: "password for the brokers",
  })),
  kafkaOauthTokenUrl: optional(tokenUrl),
  kafkaOauthClientId: optional(text("EVENTFLOW_KAFKA_OAUTH_CLIENT_ID", {
    doc: "who asks for tokens",
  })),
  kafkaOauthClientSecret: optional(
    secret("EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET", {
      doc: "secret of who asks for tokens",
    }),
  ),
  kafkaOauthScope: optional(text("EVENTFLOW_KAFKA_OAUTH_SCOPE", {
    doc: "scope that tokens are asked for; by itself what the server gives",
  })),
  kafkaOauthSslRootCert: optional(file("EVENTFLOW_KAFKA_OAUTH_SSLROOTCERT", {
    doc:
      "file of the certificates (PEM) of the authorities that the server of tokens is " +
      "believed by; by itself those that the runtime brings",
  })),
  kafkaOauthTokenFile: optional(file("EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE", {
    doc: "file of a token, in place of a URL; read anew for each login, as " +
      "Kubernetes renews it",
  })),
  ...mskIamSettings,
  kafkaAllowPlaintext: flag("EVENTFLOW_KAFKA_ALLOW_PLAINTEXT", {
    fallback: "false",
    doc: "true lets a login go without TLS to brokers, or to a server of " +
      "tokens, that are not on this machine, on a network of your own",
  }),
};

export type SecurityConfig = Config<typeof securitySettings>;

type All = typeof securitySettings & {
  readonly bootstrapServers: Setting<string[]>;
};

/** Whether connections are encrypted: whoever names a file of certificates means it. */
export function isEncrypted(config: SecurityConfig): boolean {
  return config.kafkaTls ?? filesOf(config).length > 0;
}

/** A login needs all its parts. */
const loginIsWhole: Relation<All> = (config) => {
  const { kafkaSaslMechanism: mechanism } = config;
  if (mechanism === undefined || mechanism === "aws-msk-iam") return undefined;
  const is = `EVENTFLOW_KAFKA_SASL_MECHANISM is ${mechanism}, so`;
  if (mechanism !== "oauthbearer") {
    return config.kafkaSaslUsername === undefined ||
        config.kafkaSaslPassword === undefined
      ? `${is} EVENTFLOW_KAFKA_SASL_USERNAME and EVENTFLOW_KAFKA_SASL_PASSWORD must be set`
      : undefined;
  }
  const isByFile = config.kafkaOauthTokenFile !== undefined;
  if (isByFile === (config.kafkaOauthTokenUrl !== undefined)) {
    return `${is} either EVENTFLOW_KAFKA_OAUTH_TOKEN_URL or EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE must be set`;
  }
  const isAnybody = config.kafkaOauthClientId === undefined ||
    config.kafkaOauthClientSecret === undefined;
  return !isByFile && isAnybody
    ? `${is} EVENTFLOW_KAFKA_OAUTH_CLIENT_ID and EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET must be set`
    : undefined;
};

/** Who reads along on the way to another machine has the password, or can be whoever logged in. */
const plaintextIsSaid: Relation<All> = (config) => {
  const { kafkaSaslMechanism: mechanism, kafkaOauthTokenUrl: url } = config;
  if (mechanism === undefined || config.kafkaAllowPlaintext) return undefined;
  const far = config.bootstrapServers
    .find((broker) => !isLoopback(parseBroker(broker)?.host ?? ""));
  if (!isEncrypted(config) && far !== undefined) {
    return `EVENTFLOW_KAFKA_TLS must be true to log in to a broker that is not on this machine, or EVENTFLOW_KAFKA_ALLOW_PLAINTEXT true on a network of your own: current values ${mechanism} and ${far}`;
  }
  const coordinates = url === undefined ? undefined : URL.parse(url);
  return coordinates?.protocol === "http:" && !isLoopback(coordinates.hostname)
    ? `EVENTFLOW_KAFKA_OAUTH_TOKEN_URL must be an https URL for a server that is not on this machine, or EVENTFLOW_KAFKA_ALLOW_PLAINTEXT true on a network of your own: current value ${url}`
    : undefined;
};

/** A file that nobody asks would only look like a check. */
const filesAreUsed: Relation<All> = (config) => {
  const [named] = filesOf(config);
  return config.kafkaTls === false && named !== undefined
    ? `EVENTFLOW_KAFKA_TLS must be true if ${named.env} is set: current value false`
    : undefined;
};

const authoritiesAreThere: Relation<All> = (config) => {
  for (const key of ["kafkaSslRootCert", "kafkaOauthSslRootCert"] as const) {
    const path = config[key];
    const problem = path && whyUnusable(path);
    if (problem) return `${securitySettings[key].env} ${problem}`;
  }
  return undefined;
};

/** A broker says of a wrong pair no more than that the greeting failed. */
const pairIsWhole: Relation<All> = (
  { kafkaSslCert: cert, kafkaSslKey: key },
) => {
  const { kafkaSslCert, kafkaSslKey } = securitySettings;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    return `${kafkaSslCert.env} and ${kafkaSslKey.env} must both be set, or neither`;
  }
  const certProblem = whyUnusableNow(cert, Date.now());
  if (certProblem !== undefined) return `${kafkaSslCert.env} ${certProblem}`;
  const keyProblem = whyNoKey(key);
  if (keyProblem !== undefined) return `${kafkaSslKey.env} ${keyProblem}`;
  return isPair({ cert, key })
    ? undefined
    : `${kafkaSslKey.env} must name the key of the certificate in ${kafkaSslCert.env}: it is another one's`;
};

/** Rules between the settings of everybody who talks to Kafka. */
export const securityRelations = [
  loginIsWhole,
  mskLoginIsWhole,
  filesAreUsed,
  plaintextIsSaid,
  authoritiesAreThere,
  pairIsWhole,
];

function filesOf(config: SecurityConfig): { env: string }[] {
  const keys = ["kafkaSslRootCert", "kafkaSslCert", "kafkaSslKey"] as const;
  return keys.filter((key) => config[key] !== undefined)
    .map((key) => securitySettings[key]);
}
