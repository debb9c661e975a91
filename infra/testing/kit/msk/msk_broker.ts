/**
 * A broker that takes logins as Amazon MSK does, by tokens that IAM roles sign, with credentials that are exchanged
 * again and again.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stackHome } from "#local/home.ts";
import { brokerJob } from "#local/kafka/broker.ts";
import { freePort } from "#processes/ports.ts";
import type { Processes } from "../processes.ts";
import {
  type RoleCredentials,
  roleCredentials,
  type Rotation,
} from "./role_credentials.ts";

export type MskBroker = {
  /** host:port of the listener that is open to the tests' own hands. */
  readonly open: string;
  readonly credentials: RoleCredentials;
  /** Settings of a client that logs in by a role of this name. */
  settingsOf(role: string): Record<string, string>;
};

/** Sessions are this long at most, whatever a token says. */
const SESSION_MS = 10_000;

/** Compiled by the Java that runs it, as it starts. */
const program = fileURLToPath(new URL("MskBroker.java", import.meta.url));

/** Starts it, as `kafka`. */
export async function startMskBroker(
  processes: Processes,
  rotation: Rotation,
): Promise<MskBroker> {
  const folder = join(processes.folder, "role-credentials");
  const credentials = await roleCredentials(folder, rotation);
  processes.defer(() => credentials.close());
  const [port, login] = [await freePort(), await freePort()];
  const prefix = "listener.name.login";
  const job = await brokerJob({
    jars: stackHome().kafkaJars,
    dataFolder: join(processes.folder, "kafka"),
    port,
    controllerPort: await freePort(),
    further: {
      // Without TLS, as TLS is what other scenarios are about.
      listeners: { LOGIN: { port: login, protocol: "SASL_PLAINTEXT" } },
      properties: {
        [`${prefix}.sasl.enabled.mechanisms`]: "OAUTHBEARER",
        [`${prefix}.oauthbearer.sasl.jaas.config`]:
          "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
        [`${prefix}.oauthbearer.sasl.server.callback.handler.class`]:
          "MskBroker$IamTokens",
        "connections.max.reauth.ms": SESSION_MS,
      },
      formatArguments: [],
      javaArguments: [`-Dmsk.credentials=${folder}`],
      main: program,
    },
  });
  await processes.start(job);
  return {
    open: `127.0.0.1:${port}`,
    credentials,
    settingsOf: (role) => ({
      KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${login}`,
      EVENTFLOW_KAFKA_SASL_MECHANISM: "aws-msk-iam",
      EVENTFLOW_KAFKA_AWS_REGION: "eu-central-1",
      ...credentials.environmentOf(role),
    }),
  };
}
