/**
 * A broker as it is run where strangers are near: TLS, logins of every kind and an authorizer that lets nobody do
 * what was not granted. One listener beside these is open to the tests' own hands, which may do everything.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stackHome } from "#local/home.ts";
import { brokerJob } from "#local/kafka/broker.ts";
import { freePort } from "#processes/ports.ts";
import { type Certificate, certify, makeAuthority } from "./certificates.ts";
import type { Processes } from "./processes.ts";
import { type TokenIssuer, tokenIssuer } from "./token_issuer.ts";

export type Login =
  | "none"
  | "certificate"
  | "plain"
  | "scram-sha-256"
  | "scram-sha-512"
  | "oauthbearer"
  | "token file";

export type SecuredBroker = {
  /** host:port of the open listener. */
  readonly open: string;
  /** host:port of the listener that takes logins by SASL, over TLS. */
  readonly login: string;
  /** host:port of the listener that takes logins by certificate. */
  readonly mutual: string;
  /** host:port of a listener whose certificate has expired. */
  readonly expired: string;
  readonly authorities: { readonly ours: string; readonly theirs: string };
  readonly issuer: TokenIssuer;
  /** Certifies a client, by our authority or by theirs. */
  certifyClient(
    name: string,
    by?: "ours" | "theirs",
  ): Promise<Certificate>;
  /** Settings of a client that logs in as a principal of this name. */
  settingsOf(login: Login, name: string): Promise<Record<string, string>>;
};

/** Everybody's here. */
export const PASSWORD = "a-password-of-the-tests";

/** Sessions are this long at most, so that each is renewed several times while a scenario runs. */
const SESSION_MS = 8_000;

/**
 * Starts it, as `kafka`.
 *
 * @param names who may log in
 */
export async function startSecuredBroker(
  processes: Processes,
  names: readonly string[],
): Promise<SecuredBroker> {
  const folder = join(processes.folder, "certificates");
  const ours = await makeAuthority(folder, "ours");
  const theirs = await makeAuthority(folder, "theirs");
  const server = await certify(ours, {
    folder,
    name: "server",
    names: "IP:127.0.0.1",
  });
  const issuer = await tokenIssuer({ folder, certificate: server });
  processes.defer(() => issuer.close());
  const old = await certify(ours, {
    folder,
    name: "old",
    names: "IP:127.0.0.1",
    days: -1,
  });
  const [port, login, mutual, expired] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const users = names.map((name) => `user_${name}="${PASSWORD}"`).join(" ");
  const loginModule = "org.apache.kafka.common.security";
  const ofLogin = "listener.name.login";
  await processes.start(
    await brokerJob({
      jars: stackHome().kafkaJars,
      dataFolder: join(processes.folder, "kafka"),
      port,
      controllerPort: await freePort(),
      further: {
        listeners: {
          LOGIN: { port: login, protocol: "SASL_SSL" },
          MUTUAL: { port: mutual, protocol: "SSL" },
          EXPIRED: { port: expired, protocol: "SSL" },
        },
        properties: {
          "ssl.keystore.type": "PEM",
          "ssl.keystore.location": await keyStoreOf(server),
          "listener.name.expired.ssl.keystore.location": await keyStoreOf(old),
          "ssl.truststore.type": "PEM",
          "ssl.truststore.location": ours.cert,
          "listener.name.mutual.ssl.client.auth": "required",
          "ssl.principal.mapping.rules": "RULE:^CN=([^,]*)$/$1/",
          [`${ofLogin}.sasl.enabled.mechanisms`]:
            "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
          [`${ofLogin}.plain.sasl.jaas.config`]:
            `${loginModule}.plain.PlainLoginModule required ${users};`,
          [`${ofLogin}.scram-sha-256.sasl.jaas.config`]:
            `${loginModule}.scram.ScramLoginModule required;`,
          [`${ofLogin}.scram-sha-512.sasl.jaas.config`]:
            `${loginModule}.scram.ScramLoginModule required;`,
          [`${ofLogin}.oauthbearer.sasl.jaas.config`]:
            `${loginModule}.oauthbearer.OAuthBearerLoginModule required;`,
          [`${ofLogin}.oauthbearer.sasl.server.callback.handler.class`]:
            `${loginModule}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
          [`${ofLogin}.sasl.oauthbearer.jwks.endpoint.url`]: issuer.keysUrl,
          [`${ofLogin}.sasl.oauthbearer.expected.audience`]: issuer.audience,
          [`${ofLogin}.sasl.oauthbearer.expected.issuer`]: issuer.name,
          "connections.max.reauth.ms": SESSION_MS,
          "authorizer.class.name":
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          "allow.everyone.if.no.acl.found": false,
          "super.users": "User:ANONYMOUS",
        },
        formatArguments: names.flatMap((name) =>
          ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
            "--add-scram",
            // As few iterations as Kafka allows: the password is in the line above.
            `${mechanism}=[name=${name},password=${PASSWORD},iterations=4096]`,
          ])
        ),
        javaArguments: [
          `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${issuer.keysUrl}`,
          `-Dorg.apache.kafka.sasl.oauthbearer.allowed.files=${issuer.keysFile}`,
        ],
      },
    }),
  );
  const addresses = {
    open: `127.0.0.1:${port}`,
    login: `127.0.0.1:${login}`,
    mutual: `127.0.0.1:${mutual}`,
    expired: `127.0.0.1:${expired}`,
  };
  const certifyClient = (name: string, by: "ours" | "theirs" = "ours") =>
    certify(by === "ours" ? ours : theirs, { folder, name });
  return {
    ...addresses,
    authorities: { ours: ours.cert, theirs: theirs.cert },
    issuer,
    certifyClient,
    async settingsOf(how, name) {
      if (how === "none") return { KAFKA_BOOTSTRAP_SERVERS: addresses.open };
      const ca = { EVENTFLOW_KAFKA_SSLROOTCERT: ours.cert };
      if (how === "certificate") {
        const { cert, key } = await certifyClient(name);
        return {
          ...ca,
          KAFKA_BOOTSTRAP_SERVERS: addresses.mutual,
          EVENTFLOW_KAFKA_SSLCERT: cert,
          EVENTFLOW_KAFKA_SSLKEY: key,
        };
      }
      const common = { ...ca, KAFKA_BOOTSTRAP_SERVERS: addresses.login };
      if (how === "token file") {
        const file = join(folder, `${name}.jwt`);
        await writeFile(file, issuer.tokenOf(name));
        return {
          ...common,
          EVENTFLOW_KAFKA_SASL_MECHANISM: "oauthbearer",
          EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE: file,
        };
      }
      const mechanism = { EVENTFLOW_KAFKA_SASL_MECHANISM: how };
      if (how === "oauthbearer") {
        return {
          ...common,
          ...mechanism,
          EVENTFLOW_KAFKA_OAUTH_TOKEN_URL: issuer.tokenUrl,
          EVENTFLOW_KAFKA_OAUTH_SSLROOTCERT: ours.cert,
          EVENTFLOW_KAFKA_OAUTH_CLIENT_ID: name,
          EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET: PASSWORD,
        };
      }
      return {
        ...common,
        ...mechanism,
        EVENTFLOW_KAFKA_SASL_USERNAME: name,
        EVENTFLOW_KAFKA_SASL_PASSWORD: PASSWORD,
      };
    },
  };
}

/** Key and certificate in one file, as Kafka takes them. */
async function keyStoreOf({ cert, key }: Certificate): Promise<string> {
  const path = `${cert}.pem`;
  const parts = [await readFile(key, "utf8"), await readFile(cert, "utf8")];
  await writeFile(path, parts.join(""));
  return path;
}
