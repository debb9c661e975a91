/**
 * `deno task smoke`: one good payment from the simulator to a row, one corrupt one to a dead letter.
 *
 * @module
 */
import { Command } from "commander";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import postgres from "postgres";
import { readConfig } from "#runtime/config.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import { connectionSettings, topicSettings } from "#kafka/settings.ts";
import { silentLog } from "#runtime/log.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { currentPlaces } from "../current_stack.ts";
import { checkParts, timeoutOption } from "../health.ts";
import { stackHome } from "../home.ts";
import { databaseUrl } from "../postgres/server.ts";
import {
  allInstances,
  serviceEnvironment,
  serviceUrl,
} from "../service_jobs.ts";
import type { Ports } from "../settings.ts";
import { authorize, authorizeGood } from "./authorize.ts";
import { watchTopic } from "./event_watch.ts";
import { follow, LostError } from "./follow.ts";

const { timeout } = new Command("deno task smoke")
  .description(
    "Send a good and a corrupt payment through the running stack and follow each to its end.",
  )
  .addOption(timeoutOption("how long each may take to arrive", 15))
  .parse()
  .opts<{ timeout: number }>();

await runCommand(async () => {
  const began = Date.now();
  const home = stackHome();
  const places = await currentPlaces(home);
  try {
    await smoke(places.ports, timeout * 1000);
  } catch (error) {
    const parts = (await checkParts(home, places)).filter(({ ready }) =>
      !ready
    );
    say(`FAILED: ${describeError(error)}.`);
    for (const { name, reason } of parts) say(`Not ready: ${name}: ${reason}`);
    const suspect = error instanceof LostError
      ? error.suspect
      : parts[0]?.name ?? "kafka";
    // Of several instances any may have had it.
    const names = allInstances(places)
      .filter(({ service }) => service.name === suspect)
      .map(({ name }) => name);
    const logs = (names.length > 0 ? names : [suspect])
      .map((name) => join(home.logs, `${name}.log`));
    say(`Suspect: ${suspect} (log: ${logs.join(", ")})`);
    return exitCodes.unavailable;
  }
  say(`Passed in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  return exitCodes.ok;
});

async function smoke(ports: Ports, timeoutMs: number): Promise<void> {
  const config = readConfig("smoke", {
    ...connectionSettings,
    ...topicSettings,
  }, { ...process.env, ...serviceEnvironment(ports) });
  const client = createKafkaClient({
    config,
    clientId: "eventflow-smoke",
    log: silentLog(),
  });
  const sql = postgres(databaseUrl(ports.postgres, "reader"), { max: 1 });
  const watches = await Promise.all([
    watchTopic(client, config.rawTopic),
    watchTopic(client, config.validatedTopic),
    watchTopic(client, config.deadLetterTopic),
  ]);
  const [raw, validated, deadLetters] = watches;
  const simulator = serviceUrl("simulator", ports);
  const id = randomUUID().slice(0, 8);
  try {
    say("A good payment:");
    let beganMs = Date.now();
    const good = await authorizeGood(simulator, payment(`pay_smoke_${id}`));
    await follow([
      {
        place: raw.topic,
        bringer: "intake",
        arrived: () => raw.seen(good.event_id) && "",
      },
      {
        place: validated.topic,
        bringer: "validator",
        arrived: () => validated.seen(good.event_id) && "",
        strayed: () => {
          const letter = deadLetters.seen(good.event_id);
          return letter && `validator refused it: ${letter.error_message}`;
        },
      },
      {
        place: "a row in PostgreSQL",
        bringer: "persistence",
        arrived: async () => {
          const rows = await sql`
            select 1 from events where event_id = ${good.event_id}`;
          return rows.length > 0 ? "" : undefined;
        },
      },
    ], { timeoutMs, say, beganMs });

    say("A corrupt payment:");
    beganMs = Date.now();
    const corrupt = await authorize(simulator, {
      ...payment(`pay_smoke_${id}_corrupt`),
      force_corruption: true,
    });
    await follow([
      {
        place: raw.topic,
        bringer: "intake",
        arrived: () =>
          raw.seen(corrupt.event_id) && String(corrupt.corruption_mode),
      },
      {
        place: deadLetters.topic,
        bringer: "validator",
        arrived: () => {
          const letter = deadLetters.seen(corrupt.event_id);
          return letter && String(letter.error_code);
        },
        strayed: () =>
          validated.seen(corrupt.event_id) &&
          `validator let it pass, corrupt as it is (${corrupt.corruption_mode})`,
      },
    ], { timeoutMs, say, beganMs });
  } finally {
    await Promise.all(watches.map((watch) => watch.close()));
    await sql.end({ timeout: 1 });
  }
}

function payment(id: string): Readonly<Record<string, unknown>> {
  return {
    payment_id: id,
    order_id: `order_of_${id}`,
    amount: 49.9,
    currency: "USD",
  };
}
