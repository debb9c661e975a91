/**
 * Which rights each program needs, and no others. Whoever starts checks its own by this, and
 * `deno task topics --acls` prints all of them.
 *
 * @module
 */
import { type ConsumerName, consumerNames } from "#contracts/services.ts";
import { type Config, readConfig } from "#runtime/config.ts";
import { groupSettings } from "../group_settings.ts";
import { topicNames, topicSettings } from "../settings.ts";
import { transactionalIdPrefix } from "../transactional_id.ts";
import { leastOf, on, prefixed, type Right } from "./rights.ts";
import { type Work, works } from "./work.ts";

type TopicNames = Config<typeof topicSettings>;

/** What topics and groups are called on this cluster. */
export type Names = TopicNames & Config<typeof groupSettings>;

/** What they are called if nothing else is set. */
export function usualNames(): Names {
  return readConfig("Kafka", { ...topicSettings, ...groupSettings }, {});
}

/** Kafka gives a producer without transactions its id where it may write to any topic (KIP-679). */
export function needsOfIntake(
  { rawTopic }: Pick<Names, "rawTopic">,
): Right[] {
  return [on("Topic", rawTopic, "Write", "keep what was taken in")];
}

/** Of the intake too, which takes payments in without it. */
export function needsOfRejections(
  { rejectedTopic }: Pick<Names, "rejectedTopic">,
): Right[] {
  return [
    on("Topic", rejectedTopic, "Write", "say why webhooks were refused"),
  ];
}

/** @param deadLetterTopic every worker may have to write there */
export function needsOfWorker(
  { topic, outputTopics, groupId }: Work,
  deadLetterTopic: string,
): Right[] {
  const id = transactionalIdPrefix(groupId, topic);
  return leastOf([
    on("Topic", topic, "Read", "read what it works on"),
    on("Group", groupId, "Read", "share the work, and keep how far it is"),
    ...outputTopics.map((output) =>
      on("Topic", output, "Write", "pass on what follows")
    ),
    on("Topic", deadLetterTopic, "Write", "write dead letters"),
    prefixed(
      on("TransactionalId", id, "Write", "write and move on in one step"),
    ),
  ]);
}

/** @param watched whose `topics` are looked into for money, and whose `groups` are looked at in their topics */
export function needsOfObserver(
  { topics, groups }: {
    readonly topics: readonly string[];
    readonly groups: readonly {
      readonly group: string;
      readonly topic: string;
    }[];
  },
): Right[] {
  return leastOf([
    ...topics.map((topic) =>
      on("Topic", topic, "Read", "see how much waits, and how much money")
    ),
    ...groups.map(({ group }) =>
      on("Group", group, "Describe", "see how far it is, and its members")
    ),
    ...groups.map(({ group, topic }) =>
      prefixed(
        on(
          "TransactionalId",
          transactionalIdPrefix(group, topic),
          "Describe",
          "name the transaction that holds readers back",
        ),
      )
    ),
  ]);
}

/** The dead-letter desk, beside being a worker: it reads what it shows, sends again, writes actions, and sees who is how far. */
export function needsOfDesk(names: Names): Right[] {
  const { rawTopic, validatedTopic, enrichedTopic } = names;
  const { deadLetterTopic, deskTopic } = names;
  const { unmappedTopic, rejectedTopic, anomaliesTopic } = names;
  const { dead_letter_deskGroup: groupId } = names;
  return leastOf([
    ...needsOfWorker(
      works.dead_letter_desk({ ...names, groupId }),
      deadLetterTopic,
    ),
    ...[rawTopic, validatedTopic, enrichedTopic].flatMap((topic) => [
      on("Topic", topic, "Read", "show records, and replay facts"),
      on("Topic", topic, "Write", "send again what failed"),
    ]),
    on("Topic", unmappedTopic, "Read", "replay what has a mapping now"),
    on("Topic", rejectedTopic, "Read", "say why webhooks were refused"),
    on("Topic", anomaliesTopic, "Read", "show what is out of the usual"),
    on("Topic", deskTopic, "Read", "know what was done"),
    on("Topic", deskTopic, "Write", "write down what is done"),
    on(
      "TransactionalId",
      `${groupId}.${deskTopic}`,
      "Write",
      "send and write it down in one step",
    ),
    ...allWork(names).map((work) =>
      on(
        "Group",
        work.groupId,
        "Describe",
        "see whether it is past what was sent",
      )
    ),
  ]);
}

/** The sentinel, beside being a worker: it follows what was refused and what no mapping knew, and judges by its own log. */
export function needsOfSentinel(names: Names): Right[] {
  const { rawTopic, validatedTopic, unmappedTopic, rejectedTopic } = names;
  const { sentinelCountsTopic, sentinelStateTopic, anomaliesTopic } = names;
  const { deadLetterTopic, sentinelGroup: groupId, validatorGroup } = names;
  return leastOf([
    ...needsOfWorker(works.sentinel({ ...names, groupId }), deadLetterTopic),
    on("Topic", rawTopic, "Describe", "know how far the validator is behind"),
    on("Topic", validatedTopic, "Read", "know repeated events again"),
    on("Topic", rejectedTopic, "Read", "count refused signatures"),
    on("Topic", unmappedTopic, "Read", "count what no mapping knew"),
    on("Topic", sentinelCountsTopic, "Read", "judge what was counted"),
    on("Topic", sentinelStateTopic, "Read", "go on where it was"),
    on("Topic", sentinelStateTopic, "Write", "keep what is learnt"),
    on("Topic", anomaliesTopic, "Read", "know what was told"),
    on("Topic", anomaliesTopic, "Write", "tell anomalies"),
    on("Group", validatorGroup, "Describe", "see how far it is"),
    on("Group", groupId, "Describe", "see how far it is itself"),
    on(
      "TransactionalId",
      `${groupId}.${sentinelCountsTopic}`,
      "Write",
      "be the only one that judges",
    ),
  ]);
}

/** Enrichment, beside being a worker: it writes down what it remembers, and reads it again. */
export function needsOfEnrichment(
  names: TopicNames & { readonly groupId: string },
): Right[] {
  const { enrichmentFactsTopic, deadLetterTopic } = names;
  return leastOf([
    ...needsOfWorker(works.enrichment(names), deadLetterTopic),
    on("Topic", enrichmentFactsTopic, "Read", "remember again"),
    on("Topic", enrichmentFactsTopic, "Write", "write down what it remembers"),
  ]);
}

/** Topics and groups that the audit looks at. */
export function needsOfAudit(
  { topics, groups }: {
    readonly topics: readonly string[];
    readonly groups: readonly string[];
  },
): Right[] {
  return leastOf([
    ...topics.flatMap((topic) => [
      on("Topic", topic, "Read", "count every record"),
      on("Topic", topic, "DescribeConfigs", "know since when it holds all"),
    ]),
    ...groups.map((group) =>
      on("Group", group, "Describe", "see how far it is")
    ),
  ]);
}

export function needsOfVerify(
  { rawTopic }: Pick<Names, "rawTopic">,
): Right[] {
  return [on("Topic", rawTopic, "Read", "prove signatures again")];
}

export function needsOfMapping(
  { rawTopic, validatedTopic }: Pick<Names, "rawTopic" | "validatedTopic">,
): Right[] {
  return [
    on("Topic", rawTopic, "Read", "map webhooks again"),
    on("Topic", validatedTopic, "Read", "compare them with what was made"),
  ];
}

export function needsOfRiskExport(
  { validatedTopic }: Pick<Names, "validatedTopic">,
): Right[] {
  return [on("Topic", validatedTopic, "Read", "write its facts into a file")];
}

export function needsOfBacktest(
  { topic }: { readonly topic: string },
): Right[] {
  return [on("Topic", topic, "Read", "judge past facts again")];
}

export function needsOfProviders(
  { rawTopic }: Pick<Names, "rawTopic">,
): Right[] {
  return [on("Topic", rawTopic, "Read", "see when each was last heard of")];
}

/** @param options whether it puts right what differs, too */
export function needsOfTopics(
  names: TopicNames,
  { apply }: { readonly apply: boolean },
): Right[] {
  return leastOf(
    Object.values(topicNames(names)).flatMap((topic) => [
      on("Topic", topic, "Describe", "see its partitions"),
      on("Topic", topic, "DescribeConfigs", "see its settings"),
      ...(apply
        ? [
          on("Topic", topic, "Create", "create it"),
          on("Topic", topic, "Alter", "raise its partitions"),
          on("Topic", topic, "AlterConfigs", "put its settings right"),
        ]
        : []),
    ]),
  );
}

/** Whoever moves a position does it as the worker would. */
export function needsOfPositions(
  works: readonly Work[],
  { apply, deadLetterTopic }: {
    readonly apply: boolean;
    readonly deadLetterTopic: string;
  },
): Right[] {
  return leastOf([
    ...works.flatMap(({ topic, groupId }) => [
      on("Topic", topic, "Read", "see what is in front of a position"),
      on("Topic", topic, "DescribeConfigs", "see whether it is compacted"),
      on("Group", groupId, "Describe", "see how far it is"),
    ]),
    ...(apply
      ? works.flatMap((work) => needsOfWorker(work, deadLetterTopic))
      : []),
  ]);
}

/** By the names that principals have if nothing else is said. */
export function allNeeds(names: Names): ReadonlyMap<string, readonly Right[]> {
  const { rawTopic, validatedTopic, deadLetterTopic, deskTopic } = names;
  const { unmappedTopic, enrichedTopic } = names;
  const all = allWork(names);
  return new Map([
    ["intake", [...needsOfIntake(names), ...needsOfRejections(names)]],
    ...all.map((work) =>
      [
        work.worker,
        needsOf(work, names),
      ] as const
    ),
    [
      "observer",
      needsOfObserver({
        topics: [rawTopic, validatedTopic, enrichedTopic, deadLetterTopic],
        groups: all.map(({ groupId, topic }) => ({ group: groupId, topic })),
      }),
    ],
    [
      "audit",
      needsOfAudit({
        topics: [
          rawTopic,
          validatedTopic,
          enrichedTopic,
          unmappedTopic,
          deadLetterTopic,
          deskTopic,
        ],
        groups: all.map(({ groupId }) => groupId),
      }),
    ],
    ["verify", needsOfVerify(names)],
    ["mapping", needsOfMapping(names)],
    ["risk-export", needsOfRiskExport(names)],
    ["providers", needsOfProviders(names)],
    ["sentinel-backtest", needsOfBacktest({ topic: names.validatedTopic })],
    ["topics", needsOfTopics(names, { apply: false })],
    ["topics-apply", needsOfTopics(names, { apply: true })],
    ["positions", needsOfPositions(all, { apply: false, deadLetterTopic })],
    [
      "positions-apply",
      needsOfPositions(all, { apply: true, deadLetterTopic }),
    ],
  ]);
}

function needsOf(
  { worker, ...work }: Work & { readonly worker: ConsumerName },
  names: Names,
): readonly Right[] {
  switch (worker) {
    case "dead_letter_desk":
      return needsOfDesk(names);
    case "enrichment":
      return needsOfEnrichment({ ...names, groupId: work.groupId });
    case "sentinel":
      return needsOfSentinel(names);
    default:
      return needsOfWorker(work, names.deadLetterTopic);
  }
}

/** What each worker does. */
export function allWork(
  names: Names,
): readonly (Work & { readonly worker: ConsumerName })[] {
  return consumerNames.map((worker) => ({
    worker,
    ...works[worker]({ ...names, groupId: names[`${worker}Group`] }),
  }));
}
