import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import type { ConsumerName } from "#contracts/services.ts";
import type { Judgement } from "#consumer/judge.ts";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram } from "#local/service_jobs.ts";
import type { PersistenceDatabase } from "./persistence/persistence_database.ts";

/** A value of the input topic, and its offset. */
export type Judged = { readonly offset: number; readonly json: string };

/** What a worker says with `--judge` that it would make of records. Kafka is not there. */
export async function judgedBy(
  worker: ConsumerName,
  { address }: Pick<PersistenceDatabase, "address">,
  records: readonly Judged[],
): Promise<readonly Judgement[]> {
  const { user, password, host, port, database } = address;
  const child = spawn(bunProgram, [
    join(repositoryRoot, "workers", worker, "main.ts"),
    "--judge",
  ], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      EVENTFLOW_ENVIRONMENT: "development",
      EVENTFLOW_DB_URL:
        `postgres://${user}:${password}@${host}:${port}/${database}?sslmode=disable`,
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
    },
  });
  const ended = once(child, "exit");
  child.stdin.end(
    records.map(({ offset, json }) =>
      JSON.stringify({
        topic: "input",
        partition: 0,
        offset,
        key_base64: null,
        value_base64: Buffer.from(json).toString("base64"),
        headers: [],
      })
    ).join("\n"),
  );
  const output = await text(child.stdout);
  assert.deepEqual((await ended)[0], 0);
  return output.trim().split("\n").map((line) => JSON.parse(line));
}
