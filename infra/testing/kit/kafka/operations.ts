/**
 * What programs do with Kafka, each as little of it as uses all of its rights, and what they must not do.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { ConsumerName } from "#contracts/services.ts";
import { DeniedError } from "#runtime/errors.ts";
import { allWork, type Names } from "#kafka/access/needs.ts";
import { type Work, works } from "#kafka/access/work.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { transactionalIdOf } from "#kafka/transactional_id.ts";

export type Operation = (kafka: KafkaClient) => Promise<void>;

export type NamedOperation = {
  readonly program: string;
  readonly what: string;
  readonly operation: Operation;
};

const PARTITION = 0;

export function writing(topic: string): Operation {
  return async (kafka) => {
    const sender = kafka.sender();
    try {
      await sender.send([record(topic)]);
    } finally {
      await sender.close();
    }
  };
}

/** There is a record at its start. */
export function reading(topic: string): Operation {
  return async (kafka) => {
    const ranges = [{ partition: PARTITION, from: 0, to: 1 }];
    for await (const { records } of kafka.read({ topic, ranges })) {
      if (records.length > 0) return;
    }
  };
}

/** Until something was read: there is something that the group has not finished. */
export function joining(groupId: string, topic: string): Operation {
  return async (kafka) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // It may be denied before anybody waits for it.
    promise.catch(() => {});
    const consumer = await kafka.join({
      groupId,
      topic,
      listener: {
        assigned() {},
        revoked() {},
        received: () => resolve(),
        denied: reject,
        crashed: reject,
      },
    });
    await promise.finally(() => consumer.close());
  };
}

/** Writes to all outputs and leaves a group's position where it is, in one transaction. */
export function committing(
  { topic, groupId, outputTopics }: Work,
  transactionalId = transactionalIdOf(groupId, topic, PARTITION),
): Operation {
  return async (kafka) => {
    const sender = await kafka.openTransactional(transactionalId, {
      groupId,
      topics: outputTopics,
    });
    try {
      await sender.transact(outputTopics.map(record), groupId, {
        topic,
        partition: PARTITION,
        nextOffset: 0,
      });
    } finally {
      await sender.close();
    }
  };
}

/** All that a worker does. */
export function working(work: Work, deadLetterTopic: string): Operation {
  const outputTopics = [...work.outputTopics, deadLetterTopic];
  return async (kafka) => {
    await committing({ ...work, outputTopics })(kafka);
    await joining(work.groupId, work.topic)(kafka);
  };
}

/** Writes to topics by an id of its own, all or none. */
export function writingTogether(
  transactionalId: string,
  topics: readonly string[],
): Operation {
  return async (kafka) => {
    const sender = await kafka.openTransactional(transactionalId, { topics });
    try {
      await sender.write(topics.map(record));
    } finally {
      await sender.close();
    }
  };
}

/** What each program does. */
export function operationsOf(names: Names): readonly NamedOperation[] {
  const {
    rawTopic,
    validatedTopic,
    deadLetterTopic,
    unmappedTopic,
    rejectedTopic,
    deskTopic,
    enrichedTopic,
    enrichmentFactsTopic,
    anomaliesTopic,
    sentinelCountsTopic,
    sentinelStateTopic,
  } = names;
  const operation = (
    program: string,
    ...parts: Operation[]
  ): NamedOperation => ({
    program,
    what: "its work",
    async operation(kafka) {
      for (const part of parts) await part(kafka);
    },
  });
  const topics = [rawTopic, validatedTopic, enrichedTopic, deadLetterTopic];
  const all = allWork(names);
  const looking = asking(async (admin) => {
    for (const { groupId, topic } of all) {
      await admin.members(groupId);
      await admin.positions(groupId, topic);
    }
  });
  const audited = [...topics, unmappedTopic, deskTopic];
  const settings = asking((admin) => admin.topicSettings(audited));
  const atTheDesk = [
    ...[
      rawTopic,
      validatedTopic,
      enrichedTopic,
      unmappedTopic,
      rejectedTopic,
      anomaliesTopic,
      deskTopic,
    ].map(reading),
    writingTogether(`${names.dead_letter_deskGroup}.${deskTopic}`, [
      rawTopic,
      validatedTopic,
      enrichedTopic,
      deskTopic,
    ]),
    looking,
  ];
  const judged = [sentinelCountsTopic, sentinelStateTopic, anomaliesTopic];
  const besideWork: Partial<Record<ConsumerName, readonly Operation[]>> = {
    dead_letter_desk: atTheDesk,
    enrichment: [reading(enrichmentFactsTopic), writing(enrichmentFactsTopic)],
    sentinel: [
      ...[validatedTopic, rejectedTopic, unmappedTopic, ...judged].map(reading),
      writingTogether(`${names.sentinelGroup}.${sentinelCountsTopic}`, judged),
      asking(async (admin) => {
        await admin.highWatermarks(rawTopic);
        await admin.positions(names.validatorGroup, rawTopic);
      }),
    ],
  };
  return [
    operation("intake", writing(rawTopic), writing(rejectedTopic)),
    ...all.map((work) =>
      operation(
        work.worker,
        working(work, deadLetterTopic),
        ...besideWork[work.worker] ?? [],
      )
    ),
    operation("observer", ...topics.map(reading), looking),
    operation("audit", ...audited.map(reading), looking, settings),
    operation("verify", reading(rawTopic)),
    operation("mapping", reading(rawTopic), reading(validatedTopic)),
    operation("risk-export", reading(validatedTopic)),
    operation("sentinel-backtest", reading(validatedTopic)),
    operation("providers", reading(rawTopic)),
  ];
}

/** What each program must not do, by its rights. */
export function forbiddenOperationsOf(names: Names): readonly NamedOperation[] {
  const {
    rawTopic,
    validatedTopic,
    deadLetterTopic,
    enrichedTopic,
    rejectedTopic,
    deskTopic,
  } = names;
  const { validatorGroup, analyticsGroup, persistenceGroup } = names;
  const validator = works.validator({ ...names, groupId: validatorGroup });
  const validatorsId = transactionalIdOf(validatorGroup, rawTopic, PARTITION);
  const persistencesId = transactionalIdOf(
    persistenceGroup,
    validatedTopic,
    PARTITION,
  );
  const all: readonly (readonly [string, string, Operation])[] = [
    ["intake", "reads what it has written", reading(rawTopic)],
    ["intake", "writes validated payments", writing(validatedTopic)],
    ["intake", "writes dead letters", writing(deadLetterTopic)],
    ["intake", "reads why webhooks were refused", reading(rejectedTopic)],
    [
      "intake",
      "takes work of the validator",
      joining(validatorGroup, rawTopic),
    ],
    ["validator", "writes raw events", writing(rawTopic)],
    ["validator", "reads validated payments", reading(validatedTopic)],
    ["validator", "reads dead letters", reading(deadLetterTopic)],
    ["validator", "writes refused webhooks", writing(rejectedTopic)],
    [
      "validator",
      "writes by the transactional id of persistence",
      committing(validator, persistencesId),
    ],
    [
      "validator",
      "moves the position of persistence",
      committing({ ...validator, groupId: persistenceGroup }, validatorsId),
    ],
    ["analytics", "writes validated payments", writing(validatedTopic)],
    ["analytics", "reads raw events", reading(rawTopic)],
    [
      "analytics",
      "takes work of persistence",
      joining(persistenceGroup, validatedTopic),
    ],
    ["persistence", "writes raw events", writing(rawTopic)],
    ["persistence", "writes validated payments", writing(validatedTopic)],
    ["persistence", "reads raw events", reading(rawTopic)],
    ["persistence", "reads what was enriched", reading(enrichedTopic)],
    ["enriched_writer", "reads validated payments", reading(validatedTopic)],
    ["enriched_writer", "writes what was enriched", writing(enrichedTopic)],
    [
      "persistence",
      "writes by the transactional id of the validator",
      committing(validator, validatorsId),
    ],
    [
      "persistence",
      "takes work of analytics",
      joining(analyticsGroup, validatedTopic),
    ],
    ["observer", "writes raw events", writing(rawTopic)],
    ["observer", "writes dead letters", writing(deadLetterTopic)],
    [
      "observer",
      "takes work of the validator",
      joining(validatorGroup, rawTopic),
    ],
    [
      "observer",
      "fences the validator",
      committing({ ...validator, outputTopics: [] }, validatorsId),
    ],
    ["validator", "writes actions of operators", writing(deskTopic)],
    ["observer", "reads actions of operators", reading(deskTopic)],
    [
      "dead_letter_desk",
      "takes work of persistence",
      joining(
        persistenceGroup,
        validatedTopic,
      ),
    ],
    ["audit", "writes raw events", writing(rawTopic)],
    ["audit", "writes actions of operators", writing(deskTopic)],
    [
      "audit",
      "moves the position of the validator",
      committing({ ...validator, outputTopics: [] }, validatorsId),
    ],
    ["verify", "writes raw events", writing(rawTopic)],
    ["verify", "reads dead letters", reading(deadLetterTopic)],
    ["providers", "writes raw events", writing(rawTopic)],
    ["topics", "creates a topic", asking((admin) => create(admin, "other"))],
    ["topics", "reads raw events", reading(rawTopic)],
    [
      "topics-apply",
      "deletes a topic",
      asking((admin) => admin.deleteTopics([rawTopic])),
    ],
    [
      "topics-apply",
      "creates a topic of another name",
      asking((admin) => create(admin, "other")),
    ],
    ["topics-apply", "reads raw events", reading(rawTopic)],
    ["positions", "fences the validator", committing(validator, validatorsId)],
  ];
  return all.map(([program, what, operation]) => ({
    program,
    what,
    operation,
  }));
}

/** Whether an error says that Kafka denied it, and not that it is away. */
export function isDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof DeniedError || isDenied(error.cause);
}

type Admin = Awaited<ReturnType<KafkaClient["admin"]>>;

function asking(ask: (admin: Admin) => Promise<unknown>): Operation {
  return async (kafka) => {
    const admin = await kafka.admin();
    try {
      await ask(admin);
    } finally {
      await admin.close();
    }
  };
}

function create(admin: Admin, name: string): Promise<void> {
  return admin.createTopics([{ name, partitions: 1, config: {} }]);
}

function record(topic: string) {
  const key = Buffer.from("deed");
  return { topic, key, value: Buffer.from("{}"), headers: [] };
}
