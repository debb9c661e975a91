import process from "node:process";
import { type Config, type Environment, readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { allWork, needsOfPositions } from "#kafka/access/needs.ts";
import type { Work } from "#kafka/access/work.ts";
import { requireAccess } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type { KafkaAdmin, KafkaClient, OffsetRange } from "#kafka/port.ts";
import {
  connectionRelations,
  connectionSettings,
  topicSettings,
} from "#kafka/settings.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import { applyDecision, checkDecision } from "./decision.ts";
import { countRecords, effectOf } from "./effect.ts";
import { printedEffect, printedStandings } from "./print.ts";
import { type GroupStanding, standingsOf } from "./survey.ts";
import { offsetOf, type Target } from "./target.ts";

const settings = {
  ...connectionSettings,
  ...topicSettings,
  ...groupSettings,
  ...noSingleGroup,
};

/** Records of a range are counted for so long at most. */
const COUNT_WITHIN_MS = 60_000;

export type PositionsOptions = {
  readonly group?: string | undefined;
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly to?: Target | undefined;
  readonly reason?: string | undefined;
  readonly by: string;
  readonly whileRunning: boolean;
  readonly apply: boolean;
  readonly say: (line: string) => void;
  readonly env?: Environment;
};

/**
 * Shows where groups are. With a target, shows what going on there would do, and does it with `--apply`.
 *
 * @returns an exit code: 0, or 1 if a position is impossible
 * @throws {StartError} if the broker cannot be reached, or what is asked for must not be done
 */
export async function positions(options: PositionsOptions): Promise<number> {
  const config = readConfig(
    "positions",
    settings,
    options.env ?? process.env,
    connectionRelations,
  );
  const kafka = createKafkaClient({
    config,
    clientId: "eventflow-positions",
    log: silentLog(),
  });
  const works = worksOf(config, options);
  const { deadLetterTopic } = config;
  const { apply } = options;
  await requireAccess(kafka, {
    needs: needsOfPositions(works, { apply, deadLetterTopic }),
    config,
    mayBeMissing: "all",
  });
  const admin = await kafka.admin();
  try {
    const standings = await wanted(admin, works, options);
    if (options.to === undefined) {
      options.say(printedStandings(standings));
      const isSound = standings.every(({ flaw }) => flaw === undefined);
      return isSound ? exitCodes.ok : 1;
    }
    checkTarget(standings, options.to);
    const written = works.flatMap(({ outputTopics }) => outputTopics);
    const outputTopics = [...new Set([...written, deadLetterTopic])];
    for (const standing of standings) {
      await decide({ kafka, admin, outputTopics }, standing, options.to, {
        ...options,
        isBackOnly: standings.length > 1,
      });
    }
    return exitCodes.ok;
  } finally {
    await admin.close();
  }
}

/** What EventFlow's groups do; or the one that is named, whosever it is. */
function worksOf(
  config: Config<typeof settings>,
  { group, topic }: PositionsOptions,
): readonly Work[] {
  const ours = allWork(config).filter((work) =>
    (group === undefined || work.groupId === group) &&
    (topic === undefined || work.topic === topic)
  );
  const isOther = ours.length === 0 && group !== undefined &&
    topic !== undefined;
  return isOther
    ? [{ groupId: group, topic, outputTopics: [config.validatedTopic] }]
    : ours;
}

async function wanted(
  admin: KafkaAdmin,
  works: readonly Work[],
  { partition }: PositionsOptions,
): Promise<GroupStanding[]> {
  const standings: GroupStanding[] = [];
  for (const { groupId: group, topic } of works) {
    standings.push(...await standingsOf(admin, { group, topic }));
  }
  return standings.filter((one) =>
    partition === undefined || one.partition === partition
  );
}

/**
 * Several partitions go back together, as after a database was restored, and never on.
 *
 * @throws {StartError} if a target is for others than are named
 */
function checkTarget(standings: readonly GroupStanding[], to: Target): void {
  const works = new Set(
    standings.map(({ group, topic }) => `${group} ${topic}`),
  );
  const mayBeSeveral = to.kind === "start" || to.kind === "time";
  if (works.size === 1 && (standings.length === 1 || mayBeSeveral)) return;
  throw new StartError(
    mayBeSeveral
      ? `--to is for one group in one topic: name both with --group and --topic. Now it would be ${works.size}.`
      : `--to is for one partition of one group, unless it is a time or start: name it with --group, --topic and --partition. Now it would be ${standings.length}.`,
    { exitCode: exitCodes.config },
  );
}

async function decide(
  deps: {
    kafka: KafkaClient;
    admin: KafkaAdmin;
    outputTopics: readonly string[];
  },
  standing: GroupStanding,
  target: Target,
  { say, reason, by, apply, whileRunning, isBackOnly }: PositionsOptions & {
    readonly isBackOnly: boolean;
  },
): Promise<void> {
  const to = await offsetOf(target, standing, deps.admin);
  await checkDecision(deps.admin, standing, {
    to,
    isWhileRunning: whileRunning,
  });
  const effect = effectOf(standing, to);
  const { topic, group, partition, flaw } = standing;
  if (isBackOnly && effect.passedOver !== undefined) {
    return say(
      `${group} stays where it is in partition ${partition} of ${topic}, before offset ${to}.`,
    );
  }
  const counts = new Map<OffsetRange, number | undefined>();
  for (const range of [effect.passedOver, effect.repeated]) {
    if (range === undefined) continue;
    const count = await countRecords(deps.kafka, topic, range, COUNT_WITHIN_MS);
    counts.set(range, count);
  }
  say(printedEffect(standing, effect, (range) => {
    const count = counts.get(range);
    return count === undefined
      ? "which could not all be read and counted"
      : `${count} records`;
  }));
  if (!apply) return say('Nothing was changed: add "--apply" to do it.');
  if (reason === undefined || reason.trim() === "") {
    throw new StartError("--apply needs --reason, for whoever looks later.", {
      exitCode: exitCodes.config,
    });
  }
  const decision = { by, at: new Date().toISOString(), reason: reason.trim() };
  await applyDecision(deps, standing, effect, decision);
  say(JSON.stringify({
    event: "position_decided",
    ...decision,
    group,
    topic,
    partition,
    ...effect,
    found: flaw,
  }));
  say(
    `Done. Workers of ${group} go on from there within some seconds.`,
  );
}
