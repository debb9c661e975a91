/**
 * The same raw records without the bug: validator and persistence as they are, into topics and a database of their own.
 *
 * @module
 */
import process from "node:process";
import { topics } from "#contracts/topics.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import type { FreshDatabase } from "#kit/fresh_database.ts";
import { repositoryRoot } from "#local/home.ts";
import { anotherServiceJob } from "#local/service_jobs.ts";
import { syncTopics } from "#operations/topics/topics.ts";
import { migratedDatabase } from "../bench/migrated_database.ts";
import { type OwnStack, serviceOf } from "../stack/own_stack.ts";
import { untilFinished } from "./until_finished.ts";

export type Reference = AsyncDisposable & {
  /** Where its facts are. */
  readonly validated: string;
  readonly database: FreshDatabase;
  /** Waits until it has worked off all raw records that there are, and ends it: it reads no others. */
  finish(): Promise<void>;
};

const workers = ["validator", "persistence"] as const;

/** What all of it is called by. */
const NAME = "reference";

/** Starts it. Its database is dropped when it is disposed of. */
export async function startReference(
  stack: OwnStack,
  admin: KafkaAdmin,
  stopping: AbortSignal,
): Promise<Reference> {
  const { ports, home } = stack;
  const own = ({ name }: { name: string }) => `${NAME}.${name}`;
  const groups = {
    validator: `${NAME}-validator`,
    persistence: `${NAME}-persistence`,
  };
  const validated = own(topics.validated);
  const databaseless = {
    ...stack.env,
    [topics.validated.env]: validated,
    [topics.unmapped.env]: own(topics.unmapped),
    [topics.deadLetters.env]: own(topics.deadLetters),
    [groupSettings.validatorGroup.env]: groups.validator,
    [groupSettings.persistenceGroup.env]: groups.persistence,
  };
  await syncTopics({
    apply: true,
    raisePartitions: false,
    say: () => {},
    env: { ...process.env, ...databaseless },
  });
  await using unfinished = new AsyncDisposableStack();
  const database = unfinished.use(
    await migratedDatabase({ ports, env: stack.env }, { root: repositoryRoot }),
  );
  const env = { ...databaseless, EVENTFLOW_DB_URL: database.url };
  const jobs = await Promise.all(workers.map(async (name) => {
    const as = `${NAME}-${name}`;
    return (await anotherServiceJob(serviceOf(name), { as, ports, env })).job;
  }));
  const supervisor = stack.another();
  await supervisor.start(...jobs);
  const made = unfinished.move();
  return {
    validated,
    database,
    async finish() {
      await untilFinished(admin, {
        name: `${NAME}-validator`,
        group: groups.validator,
        topic: topics.raw.name,
      }, { home, stopping });
      await untilFinished(admin, {
        name: `${NAME}-persistence`,
        group: groups.persistence,
        topic: validated,
      }, { home, stopping });
      await supervisor.stop();
    },
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}
