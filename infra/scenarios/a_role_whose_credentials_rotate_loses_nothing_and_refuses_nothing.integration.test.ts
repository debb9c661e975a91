import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { startLoad } from "#kit/load.ts";
import { startMskBroker } from "#kit/msk/msk_broker.ts";
import type { Rotation } from "#kit/msk/role_credentials.ts";
import { whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const services = ["intake", "validator", "persistence"] as const;

/** `deno task soak-logins` goes on for longer, by times that are nearer to AWS's. */
const isSoak = process.env.EVENTFLOW_TEST_ROTATIONS !== undefined;
const rotations = Number(process.env.EVENTFLOW_TEST_ROTATIONS ?? 3);

/** One service on each runtime has another principal each time, and one has not. */
const rotation: Rotation = {
  ...isSoak
    ? { everyMs: 30_000, lifeMs: 45_000 }
    : { everyMs: 8_000, lifeMs: 12_000 },
  renamed: new Set(["intake", "persistence"]),
};

test(
  "a role whose credentials rotate, and whose session ends again and again, loses nothing and refuses nothing",
  { skip: await whyNoBroker() },
  () =>
    withProcesses(async (processes) => {
      const broker = await startMskBroker(processes, rotation);
      await using pipeline = await openPipeline(processes, {
        kafka: broker.open,
        ...isSoak ? {} : { env: patientIntake },
        envOf: Object.fromEntries(
          services.map((name) => [name, broker.settingsOf(name)]),
        ),
      });
      await pipeline.start(...services);
      await using load = startLoad({ intake: pipeline.url("intake") });
      const { given } = broker.credentials;
      const begin = new Map(given);
      for (let count = 1; count <= rotations; count++) {
        for (const name of services) {
          await until(
            `${name} had signed with its next credentials ${count} times`,
            () => (given.get(name) ?? 0) >= (begin.get(name) ?? 0) + count,
          );
        }
      }
      await load.stop();
      assert.deepEqual([...load.statuses.keys()], [202], "nothing is refused");
      await proveNothingLostOrDoubled(pipeline, load.accepted);
    }),
);
