import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { on, type Right } from "#kafka/access/rights.ts";
import { grant } from "#kit/kafka/kafkajs/grants.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram } from "#local/service_jobs.ts";
import { whyNoBroker } from "#kit/own_servers.ts";
import { withProcesses } from "#kit/processes.ts";
import { startSecuredBroker } from "#kit/secured_broker.ts";

/** Long enough for a busy machine if somebody is let in. */
const PATIENT_MS = 300_000;

test(
  "who cannot prove who they are to Kafka is told so at the start, on both runtimes",
  { skip: await whyNoBroker() },
  () =>
    withProcesses(async (processes) => {
      const broker = await startSecuredBroker(processes, ["known", "poor"]);
      await using cluster = await testCluster(broker.open);
      const topic = await cluster.freshTopic();
      const write = on("Topic", topic, "Write", "test");
      await grant(broker.open, [{ ...write, principal: "User:known" }]);
      const { authorities, settingsOf } = broker;
      const certificate = await settingsOf("certificate", "known");
      const plain = await settingsOf("plain", "known");
      const scram = await settingsOf("scram-sha-512", "known");
      const oauth = await settingsOf("oauthbearer", "known");
      const file = await settingsOf("token file", "known");
      const foreign = await broker.certifyClient("foreign", "theirs");
      const expired = join(processes.folder, "expired.jwt");
      await writeFile(expired, broker.issuer.tokenOf("known", -60));

      const refused = (why: RegExp) => new RegExp(`^78 .*${why.source}`, "s");
      const cases: [
        string,
        Record<string, string>,
        RegExp,
      ][] = [
        ["certificate", certificate, /^in$/],
        ["plain", plain, /^in$/],
        ["scram-sha-256", await settingsOf("scram-sha-256", "known"), /^in$/],
        ["scram-sha-512", scram, /^in$/],
        ["oauthbearer", oauth, /^in$/],
        ["token file", file, /^in$/],
        [
          "another authority than the broker's",
          { ...scram, EVENTFLOW_KAFKA_SSLROOTCERT: authorities.theirs },
          refused(/by an authority that is not believed: .*SSLROOTCERT/),
        ],
        [
          "the authorities that everybody has",
          {
            ...scram,
            EVENTFLOW_KAFKA_SSLROOTCERT: "",
            EVENTFLOW_KAFKA_TLS: "true",
          },
          refused(/by an authority that is not believed/),
        ],
        [
          "another name than the certificate's",
          {
            ...scram,
            KAFKA_BOOTSTRAP_SERVERS: broker.login.replace(
              "127.0.0.1",
              "localhost",
            ),
          },
          refused(/its certificate is not for this host/),
        ],
        [
          "a certificate of the broker's that has expired",
          {
            KAFKA_BOOTSTRAP_SERVERS: broker.expired,
            EVENTFLOW_KAFKA_SSLROOTCERT: authorities.ours,
          },
          refused(/its certificate has expired/),
        ],
        [
          "no certificate of one's own",
          {
            ...certificate,
            EVENTFLOW_KAFKA_SSLCERT: "",
            EVENTFLOW_KAFKA_SSLKEY: "",
          },
          refused(/refuses our certificate, or wants one/),
        ],
        [
          "a certificate by another authority",
          {
            ...certificate,
            EVENTFLOW_KAFKA_SSLCERT: foreign.cert,
            EVENTFLOW_KAFKA_SSLKEY: foreign.key,
          },
          refused(/refuses our certificate, or wants one/),
        ],
        [
          "a key of another certificate",
          { ...certificate, EVENTFLOW_KAFKA_SSLKEY: foreign.key },
          refused(/SSLKEY must name the key of the certificate/),
        ],
        [
          "a wrong password",
          { ...plain, EVENTFLOW_KAFKA_SASL_PASSWORD: "wrong" },
          refused(/does not let User:known in: .*refuses the login/),
        ],
        [
          "a wrong password by SCRAM",
          { ...scram, EVENTFLOW_KAFKA_SASL_PASSWORD: "wrong" },
          refused(/does not let User:known in: .*refuses the login/),
        ],
        [
          "a wrong secret at the server of tokens",
          { ...oauth, EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET: "wrong" },
          refused(/gives known no token \(401, invalid_client\)/),
        ],
        [
          "a token that has expired",
          { ...file, EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE: expired },
          refused(/does not let User:known in: .*refuses the login/),
        ],
        [
          "a login where none is asked for",
          {
            ...plain,
            KAFKA_BOOTSTRAP_SERVERS: broker.open,
            EVENTFLOW_KAFKA_TLS: "false",
            EVENTFLOW_KAFKA_SSLROOTCERT: "",
          },
          refused(/asks for no login there/),
        ],
        [
          "no right",
          await settingsOf("plain", "poor"),
          refused(
            new RegExp(
              `denies User:poor Write on Topic ${topic} \\(to test\\)`,
            ),
          ),
        ],
      ];
      await endAs(processes.folder, cases, [write], PATIENT_MS);
      // These are waited for, as a broker may be on its way up.
      await endAs(
        processes.folder,
        [
          [
            "no TLS where there is some",
            { KAFKA_BOOTSTRAP_SERVERS: broker.mutual },
            refused(/set EVENTFLOW_KAFKA_TLS to true, .*it speaks TLS/),
          ],
          [
            "TLS where there is none",
            { ...plain, KAFKA_BOOTSTRAP_SERVERS: broker.open },
            refused(/does not speak TLS/),
          ],
        ],
        [write],
        2_000,
      );
    }),
);

/** Has each runtime try each case. */
async function endAs(
  folder: string,
  cases: readonly [string, Record<string, string>, RegExp][],
  needs: readonly Right[],
  timeoutMs: number,
): Promise<void> {
  const tries = join(folder, `tries-${timeoutMs}.json`);
  await writeFile(
    tries,
    JSON.stringify(Object.fromEntries(
      cases.map(([name, env]) => [name, { env, needs, timeoutMs }]),
    )),
  );
  const script = join(repositoryRoot, "infra/testing/kit/test_kafka_logins.ts");
  const run = promisify(execFile);
  const cwd = repositoryRoot;
  const deno = ["run", "--allow-all", "--no-check", script, tries];
  const runs = {
    Deno: await run(process.execPath, deno, { cwd }),
    Bun: await run(bunProgram, [script, tries], { cwd }),
  };
  const wrong: string[] = [];
  for (const [runtime, { stdout }] of Object.entries(runs)) {
    const outcomes: Record<string, string> = JSON.parse(stdout);
    for (const [name, env, expected] of cases) {
      const outcome = outcomes[name] ?? "";
      const tells = secretsOf(env).some((secret) => outcome.includes(secret));
      if (expected.test(outcome) && !tells) continue;
      wrong.push(`${name} on ${runtime}: ${outcome}`);
    }
  }
  assert.deepEqual(wrong, []);
}

function secretsOf(env: Readonly<Record<string, string>>): string[] {
  return [
    "EVENTFLOW_KAFKA_SASL_PASSWORD",
    "EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET",
  ]
    .flatMap((name) => env[name] ? [env[name]] : [])
    // Of one this short nothing could be told.
    .filter((secret) => secret !== "wrong");
}
