import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { consumerNames } from "#contracts/services.ts";
import { readConfig } from "#runtime/config.ts";
import { allNeeds, type Names } from "#kafka/access/needs.ts";
import { describeRight } from "#kafka/access/rights.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import {
  describeGrant,
  type Grant,
  grant,
  granted,
  revoke,
} from "#kit/kafka/kafkajs/grants.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { connectionSettings, topicSettings } from "#kafka/settings.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { silentLog } from "#runtime/log.ts";
import { positions } from "#operations/positions/positions.ts";
import { aclArguments } from "#operations/topics/acls/commands.ts";
import { aclEntries } from "#operations/topics/acls/entries.ts";
import { repositoryRoot, stackHome } from "#local/home.ts";
import { javaProgram } from "#local/kafka/java.ts";
import { roleUrl } from "#local/postgres/roles.ts";
import { syncTopics } from "#operations/topics/topics.ts";
import {
  forbiddenOperationsOf,
  isDenied,
  operationsOf,
} from "#kit/kafka/operations.ts";
import { untilItSays, untilReady } from "#kit/flowing.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { whyNoBroker } from "#kit/own_servers.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { send, signed } from "#kit/provider.ts";
import {
  type Login,
  type SecuredBroker,
  startSecuredBroker,
} from "#kit/secured_broker.ts";
import { until } from "#kit/until.ts";

const running = ["intake", ...consumerNames, "observer"] as const;

/** Each way to log in is some service's, on each runtime: the intake's is Deno, the others' Bun. */
const logins: Partial<Record<typeof running[number], Login>> = {
  intake: "certificate",
  validator: "scram-sha-512",
  analytics: "oauthbearer",
  persistence: "scram-sha-256",
};

test(
  "services with their own rights alone do their work, and nothing else",
  { skip: await whyNoBroker() },
  () =>
    withProcesses(async (processes) => {
      const broker = await startSecuredBroker(processes, [
        ...allNeeds(readNames({})).keys(),
      ]);
      const envOf = Object.fromEntries(
        await Promise.all(running.map(async (name) =>
          [
            name,
            await broker.settingsOf(logins[name] ?? "plain", name),
          ] as const
        )),
      );
      await using pipeline = await openPipeline(processes, {
        kafka: broker.open,
        env: patientIntake,
        envOf,
      });
      const names = readNames(pipeline.environment);
      const grants = grantsOf(names);
      await grant(broker.open, grants);

      await pipeline.start(...running);
      await paymentsBecomeRows(pipeline);
      await toolsHaveTheirRights(broker, pipeline);
      await aLostRightIsWaitedForByItsName(broker, pipeline);
      // Sessions and tokens are over before that, and nobody noticed.
      await until(
        "analytics had asked for another token",
        () => (broker.issuer.asked.get("analytics") ?? 0) >= 2,
      );
      await untilReady(pipeline, running);
      for (const name of running) await processes.kill(name);

      // Of so many keys some are in each partition.
      const records = Array.from({ length: 30 }, (_, key) => ({
        key: String(key),
        value: "{}",
      }));
      for (const topic of Object.values(pipeline.topics)) {
        await pipeline.cluster.write(topic, records);
      }
      const clients = await clientsOf(broker, grants);
      await nothingElseIsDone(names, clients);
      await eachRightIsNeeded(broker, { names, grants, clients });
      await printedCommandsGrantTheSame(broker, names);
    }),
);

function readNames(env: Readonly<Record<string, string>>): Names {
  return readConfig("test", { ...topicSettings, ...groupSettings }, env);
}

function grantsOf(names: Names): Grant[] {
  return [...allNeeds(names)].flatMap(([program, rights]) =>
    rights.map((right) => ({ ...right, principal: `User:${program}` }))
  );
}

async function paymentsBecomeRows(pipeline: Pipeline): Promise<void> {
  const before = await rowsStored(pipeline);
  const letters = (await deadLetters(pipeline)).length;
  for (let count = 0; count < 10; count++) {
    const eventId = crypto.randomUUID();
    const body = paymentJson({
      eventId,
      paymentId: `pay-${eventId}`,
      amount: "49.90",
      currency: count === 0 ? "eur" : "EUR",
    });
    assert.equal(await send(pipeline.url("intake"), signed(body)), 202);
  }
  await until(
    "nine rows were stored",
    async () => await rowsStored(pipeline) === before + 9,
  );
  await until(
    "one dead letter was written",
    async () => (await deadLetters(pipeline)).length === letters + 1,
  );
  await until(
    "the observer saw no lag",
    async () =>
      await pipeline.metric("observer", "eventflow_group_lag_records") === 0,
  );
}

async function toolsHaveTheirRights(
  { settingsOf }: SecuredBroker,
  pipeline: Pipeline,
): Promise<void> {
  const envOf = async (program: string) => ({
    ...pipeline.environment,
    ...await settingsOf("plain", program),
  });
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const agrees = await syncTopics({
    apply: false,
    raisePartitions: false,
    say,
    env: await envOf("topics"),
  });
  assert.equal(agrees, 0, said.join("\n"));
  const isSound = await positions({
    by: "test",
    whileRunning: false,
    apply: false,
    say,
    env: await envOf("positions"),
  });
  assert.equal(isSound, 0, said.join("\n"));
  const { EVENTFLOW_DB_URL: writer = "" } = pipeline.environment;
  await promisify(execFile)(process.execPath, [
    ...["run", "--allow-all", "--no-check"],
    join(repositoryRoot, "infra/operations/audit/main.ts"),
  ], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      ...await envOf("audit"),
      EVENTFLOW_DB_URL: roleUrl(writer, "reader"),
    },
  });
}

/** Nothing is dead-lettered for it, and it goes on by itself. */
async function aLostRightIsWaitedForByItsName(
  broker: SecuredBroker,
  pipeline: Pipeline,
): Promise<void> {
  const letters = (await deadLetters(pipeline)).length;
  const needs = allNeeds(readNames(pipeline.environment));
  const lost = (needs.get("validator") ?? [])
    .filter(({ resource, name }) =>
      resource === "TransactionalId" || name === pipeline.topics.validated
    )
    .map((right) => ({ ...right, principal: "User:validator" }));
  assert.equal(lost.length, 2);
  for (const one of lost) {
    await revoke(broker.open, [one]);
    const eventId = crypto.randomUUID();
    const rows = await rowsStored(pipeline);
    const body = paymentJson({
      eventId,
      paymentId: eventId,
      amount: "1.00",
      currency: "EUR",
    });
    assert.equal(await send(pipeline.url("intake"), signed(body)), 202);
    const why = one.resource === "Topic"
      ? new RegExp(`Kafka denies Write on Topic ${one.name}`)
      : /Kafka denies a right to the transactional id/;
    await untilItSays(pipeline, "validator", why);
    await grant(broker.open, [one]);
    await until(
      "the payment was stored",
      async () => await rowsStored(pipeline) === rows + 1,
    );
  }
  await untilReady(pipeline, ["validator"]);
  assert.equal((await deadLetters(pipeline)).length, letters);
}

type Clients = ReadonlyMap<string, KafkaClient>;

async function clientsOf(
  { settingsOf }: SecuredBroker,
  grants: readonly Grant[],
): Promise<Clients> {
  const programs = new Set(
    grants.map(({ principal }) => principal.replace("User:", "")),
  );
  return new Map(
    await Promise.all([...programs].map(async (program) => {
      const env = await settingsOf("plain", program);
      const config = readConfig("test", connectionSettings, env);
      const log = silentLog();
      const clientId = "test";
      return [program, createKafkaClient({ config, clientId, log })] as const;
    })),
  );
}

function clientOf(clients: Clients, program: string): KafkaClient {
  return clients.get(program) ?? assert.fail(program);
}

/** Programs side by side, each one thing after the other. */
async function nothingElseIsDone(
  names: Names,
  clients: Clients,
): Promise<void> {
  const byProgram = Map.groupBy(
    forbiddenOperationsOf(names),
    ({ program }) => program,
  );
  await Promise.all([...byProgram].map(async ([program, forbidden]) => {
    for (const { what, operation } of forbidden) {
      await assert.rejects(
        operation(clientOf(clients, program)),
        (error) => isDenied(error) || assert.fail(String(error)),
        `${program} ${what}`,
      );
    }
  }));
}

/** Each right is taken away in turn, and given back. */
async function eachRightIsNeeded(
  broker: SecuredBroker,
  { names, grants, clients }: {
    names: Names;
    grants: readonly Grant[];
    clients: Clients;
  },
): Promise<void> {
  await Promise.all(
    operationsOf(names).map(async ({ program, operation }) => {
      const client = clientOf(clients, program);
      await operation(client);
      const its = grants.filter(({ principal, resource, operation }) =>
        principal === `User:${program}` &&
        // Whoever only looks needs it where a transaction is open, and then names it.
        !(resource === "TransactionalId" && operation === "Describe")
      );
      for (const right of its) {
        await revoke(broker.open, [right]);
        await assert.rejects(
          operation(client),
          (error) => isDenied(error) || assert.fail(String(error)),
          `${program} without ${describeRight(right)}`,
        );
        await grant(broker.open, [right]);
      }
    }),
  );
}

/** By Kafka's own tool, for one program: it has each kind of resource. */
async function printedCommandsGrantTheSame(
  broker: SecuredBroker,
  names: Names,
): Promise<void> {
  const rights = allNeeds(names).get("validator") ?? [];
  const principal = "User:CN=validator,O=Acme";
  const entries = aclEntries(new Map([["validator", rights]]), {
    pattern: principal,
  });
  const program = await javaProgram();
  for (const args of aclArguments(entries)) {
    await promisify(execFile)(program, [
      ...["-cp", join(stackHome().kafkaJars, "*")],
      ...["org.apache.kafka.tools.AclCommand"],
      ...["--bootstrap-server", broker.open, ...args],
    ]);
  }
  const expected = rights.map((right) =>
    describeGrant({ ...right, principal })
  );
  await until("the broker knew what was granted", async () => {
    const known = await granted(broker.open);
    return expected.every((one) => known.has(one));
  });
  const known = [...await granted(broker.open)]
    .filter((one) => one.startsWith(principal));
  assert.deepEqual(known.sort(), expected.sort());
}
