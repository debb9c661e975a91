import { consumerOf } from "#contracts/services.ts";
import type { Config } from "#runtime/config.ts";
import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { Service } from "#runtime/lifecycle.ts";
import { awaitDatabase } from "#runtime/postgres/await_database.ts";
import { Database } from "#runtime/postgres/database.ts";
import { works } from "#kafka/access/work.ts";
import { needsOfDesk } from "#kafka/access/needs.ts";
import { connectKafka, serveOperations } from "#kafka/open_kafka.ts";
import { startWorker } from "#consumer/worker.ts";
import { createConsole } from "./console/console.tsx";
import { flowOf } from "./console/flow/flow_of_pipeline.ts";
import { ActionLog } from "./actions/action_log.ts";
import { deskDatabaseAddress } from "./database_settings.ts";
import { Desk } from "./desk.ts";
import { createApp } from "./http/app.ts";
import { Identity } from "./http/identity.ts";
import { PagesToCome } from "./http/pages_to_come.ts";
import { openExplaining } from "./explainer/open_explainer.ts";
import { FoldedActions } from "./index/action_fold.ts";
import {
  catchUpWithGroup,
  forgetLetters,
  indexing,
  type ReadSoFar,
  takeInAll,
} from "./index/index_letters.ts";
import { noticeIfAnew } from "./index/made_anew.ts";
import { migrateIndex, SCHEMA } from "./index/migrate.ts";
import { followed, type TakeIn } from "./index/follow_topic.ts";
import { takeInAnomalies } from "./index/index_anomalies.ts";
import { takeInRejected } from "./index/index_rejected.ts";
import { UnmappedIndex } from "./index/index_unmapped.ts";
import { JobRun } from "./jobs/job_run.ts";
import { JobRunner } from "./jobs/job_runner.ts";
import { Outcomes } from "./jobs/outcomes.ts";
import { stopJobsOf } from "./jobs/stop_jobs.ts";
import {
  deadLetterDeskMetrics,
  explanationMetrics,
  replayMetrics,
} from "./metrics.ts";
import { deadLetterDeskSettings } from "./settings.ts";

type DeskService = Service<typeof deadLetterDeskSettings>;

/** Of what a page shows, and of what a plan or a rebuilt index takes. */
const QUICK_MS = 10_000;
const SLOW_MS = 300_000;

/** How often actions of another desk are looked for, if nobody does anything at this one. */
const LOOK_MS = 5_000;

/** Starts everything in order: health, the index, the log of actions, jobs, and last the pages. */
export async function openDesk(service: DeskService): Promise<void> {
  const { config, log, draining, readiness } = service;
  const pages = new PagesToCome(() => Object.values(readiness.reasons));
  await serveOperations(service, {
    port: config.port,
    portEnv: deadLetterDeskSettings.port.env,
    pages: pages.routes,
  });
  const address = deskDatabaseAddress(config.deskDbUrl);
  const open = (statementTimeoutMs: number, poolSize: number) => {
    const database = new Database(address, {
      application: "eventflow-desk",
      schema: SCHEMA,
      poolSize,
      statementTimeoutMs,
    });
    service.defer(() => database.close());
    return database;
  };
  const [database, slowDatabase] = [open(QUICK_MS, 8), open(SLOW_MS, 4)];
  await awaitDatabase(database, {
    timeoutMs: config.startTimeoutMs,
    signal: draining,
  });
  await migrateIndex(address);

  const topics = {
    deadLetters: config.deadLetterTopic,
    raw: config.rawTopic,
    validated: config.validatedTopic,
    unmapped: config.unmappedTopic,
  };
  const outputTopics = [topics.raw, topics.validated];
  const { kafka, admin } = await connectKafka(service, {
    needs: needsOfDesk(config),
  });

  const skipped = (letter: string, reason: string) =>
    log.error("Dead letter {letter} is not in the index: {reason}", {
      letter,
      reason,
    });
  const letters = {
    kafka,
    admin,
    database: slowDatabase,
    topic: topics.deadLetters,
    skipped,
    told(soFar: ReadSoFar) {
      const { partition, next, to } = soFar;
      const at = `The index is at ${next} of ${to} in partition ${partition}`;
      readiness.block("index", at);
      log.info("The index is at {next} of {to} in partition {partition}", {
        ...soFar,
      });
    },
  };
  await catchUpWithGroup({ ...letters, groupId: config.groupId });
  readiness.clear("index");
  const unmapped = new UnmappedIndex({
    kafka,
    admin,
    database: slowDatabase,
    topic: topics.unmapped,
    rawTopic: topics.raw,
  });
  // Before the actions, which say of them that they were sent.
  await unmapped.catchUp();
  const actions = new ActionLog({
    kafka,
    admin,
    index: new FoldedActions(slowDatabase, {
      desk: config.deskTopic,
      deadLetters: topics.deadLetters,
      unmapped: topics.unmapped,
    }),
    topic: config.deskTopic,
    outputTopics,
    transactionalId: `${config.groupId}.${config.deskTopic}`,
    clock: () => new Date(),
  });
  service.defer(() => actions.close());
  await actions.catchUp();
  const lettersOfTheTopic = () =>
    noticeIfAnew(letters, {
      forget: forgetLetters,
      async begin() {
        const reason =
          `${topics.deadLetters} was deleted and made anew: its former letters are gone`;
        log.warn("{reason}", { reason });
        await stopJobsOf({ database: slowDatabase, log: actions }, {
          topic: topics.deadLetters,
          reason,
        });
        await takeInAll(letters);
        readiness.clear("index");
      },
    });
  await lettersOfTheTopic();

  const metrics = replayMetrics(service.metrics);
  const runner = new JobRunner({
    database,
    log,
    metrics,
    draining,
    run: (job) =>
      new JobRun(job, {
        log: actions,
        kafka,
        database: slowDatabase,
        deadLetterTopic: topics.deadLetters,
        outputTopics,
        quarantineAfter: config.quarantineAfter,
        clockMs: () => performance.now(),
        metrics,
        outcomes: new Outcomes({
          admin,
          metrics,
          database: slowDatabase,
          deadLetterTopic: topics.deadLetters,
          unmapped,
          groupId: config.groupId,
          groupOf: (name) => groupOf(config, name),
        }),
      }),
  });
  const explaining = openExplaining(config, {
    log: actions,
    database,
    clock: () => new Date(),
    complain: (reason) =>
      log.warn("The model that explains did not answer: {reason}", { reason }),
    metrics: explanationMetrics(service.metrics),
  });
  const desk = new Desk({
    explaining,
    kafka,
    admin,
    database,
    slowDatabase,
    log: actions,
    runner,
    topics,
    version: config.version,
    approvalAbove: {
      count: config.approvalAboveCount,
      amount: config.approvalAboveAmount,
    },
  });
  const reads = { database, kafka, topics };
  const identity = new Identity(config);
  const flow = flowOf(config, admin);
  pages.come(createApp({
    desk,
    reads,
    identity,
    version: config.version,
    console: await createConsole({
      ...config,
      desk,
      reads,
      identity,
      flow,
      waits: () => readiness.reasons,
      clock: () => new Date(),
    }),
  }));

  // What a process before has begun goes on at once: to take a dead member's place in the group takes seconds.
  const running = runner.keepRunning();
  service.defer(() => running);
  await startWorker(service, {
    ...works.dead_letter_desk(config),
    opened: { kafka, admin },
    operation: "index",
    handle: indexing({ database: slowDatabase, skipped }),
    metrics: deadLetterDeskMetrics(service.metrics),
  });
  const following = (topic: string, takeIn: TakeIn) =>
    followed({ kafka, admin, database, topic }, takeIn);
  void keepLooking(service, {
    letters: lettersOfTheTopic,
    anomalies: following(config.anomaliesTopic, takeInAnomalies),
    actions: () => actions.catchUp(),
    rejected: following(config.rejectedTopic, takeInRejected),
    unmapped: () => unmapped.catchUp(),
  });
  const sampling = flow.keepSampling(draining);
  service.defer(() => sampling);
}

function groupOf(
  config: Config<typeof deadLetterDeskSettings>,
  service: string,
): string | undefined {
  const name = consumerOf(service);
  return name === undefined ? undefined : config[`${name}Group`];
}

/** Whether letters are of a topic made anew, what another desk has done, what could not be taken in while the database was away, why webhooks were refused, which have no mapping, and what is out of the usual. */
async function keepLooking(
  { draining, readiness, log }: DeskService,
  looks: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  while (!draining.aborted) {
    for (const [part, look] of Object.entries(looks)) {
      try {
        await look();
        readiness.clear(part);
      } catch (error) {
        const reason = describeError(error);
        if (!draining.aborted && readiness.block(part, reason)) {
          log.error("The desk cannot go on with {part}: {reason}", {
            part,
            reason,
          });
        }
      }
    }
    await sleep(LOOK_MS, draining);
  }
}
