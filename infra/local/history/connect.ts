/**
 * What Kafka Connect is asked over its REST interface, and what must be there before it is.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { z } from "zod";
import { CONNECTOR } from "#operations/history/connector.ts";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { log4j } from "../kafka/broker.ts";
import { javaProgram } from "../kafka/java.ts";

/** The groups of the connector: by the first its tasks read, by the second what they wrote is put together. */
export const groups = {
  tasks: `connect-${CONNECTOR}`,
  coordinator: `connect-${CONNECTOR}-coord`,
} as const;

const Status = z.object({
  connector: z.object({ state: z.string() }),
  tasks: z.array(z.object({
    id: z.int(),
    state: z.string(),
    trace: z.string().optional(),
  })),
});
export type ConnectorStatus = z.infer<typeof Status>;

/**
 * Makes the connector, or gives it another configuration.
 *
 * @param worker URL of any worker
 * @throws {StartError} if it is refused, with the reason
 */
export async function putConnector(
  worker: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await fetch(`${worker}/connectors/${CONNECTOR}/config`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(config),
  });
  const said = await answer.text();
  if (answer.ok) return;
  throw new StartError(`Kafka Connect refuses ${CONNECTOR}: ${said}`);
}

/** How the connector and its tasks are; undefined if the worker does not know yet. */
export async function connectorStatus(
  worker: string,
): Promise<ConnectorStatus | undefined> {
  try {
    const answer = await fetch(`${worker}/connectors/${CONNECTOR}/status`);
    const said = await answer.text();
    return answer.ok ? Status.parse(JSON.parse(said)) : undefined;
  } catch {
    return undefined;
  }
}

/** Starts those of its tasks again that have failed, which Connect does not do by itself. */
export async function restartFailed(worker: string): Promise<void> {
  const answer = await fetch(
    `${worker}/connectors/${CONNECTOR}/restart?includeTasks=true&onlyFailed=true`,
    { method: "POST" },
  );
  await answer.body?.cancel();
}

/**
 * Gives the connector's groups their positions, at the start of each partition in which they have none. The sink itself
 * would begin at a topic's end where it coordinates, and so forget what was written before its first commit.
 */
export async function seedPositions(
  { admin, jars, kafka, topics, controlTopic }: {
    readonly admin: Pick<KafkaAdmin, "positions" | "startOffsets">;
    readonly jars: string;
    /** host:port of brokers, comma-separated. */
    readonly kafka: string;
    readonly topics: readonly string[];
    readonly controlTopic: string;
  },
): Promise<void> {
  const wanted = [
    ...topics.map((topic) => ({ group: groups.tasks, topic })),
    { group: groups.coordinator, topic: controlTopic },
  ];
  const lacking = new Map<string, string[]>();
  for (const { group, topic } of wanted) {
    const known = await admin.positions(group, topic);
    const unknown = [...(await admin.startOffsets(topic)).keys()]
      .filter((partition) => !known.has(partition));
    if (unknown.length === 0) continue;
    const of = lacking.get(group) ?? [];
    lacking.set(group, [...of, "--topic", `${topic}:${unknown.join()}`]);
  }
  for (const [group, partitions] of lacking) {
    await promisify(execFile)(await javaProgram(), [
      "-Xmx128m",
      `-Dlog4j2.configurationFile=${log4j}`,
      ...["-cp", join(jars, "*")],
      "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
      ...["--bootstrap-server", kafka, "--group", group],
      ...["--reset-offsets", "--to-earliest", "--execute", ...partitions],
    ]).catch((cause) => {
      throw new StartError(
        `The group ${group} cannot be given its first position: ${
          describeError(cause)
        }`,
        { cause },
      );
    });
  }
}

/** Makes the catalog's database, unless it is there. Its tables the sink makes itself. */
export async function prepareCatalog(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const server = new URL(url);
  server.pathname = "/postgres";
  const sql = postgres(server.href, { max: 1, onnotice: () => {} });
  try {
    const [found] =
      await sql`select 1 from pg_database where datname = ${name}`;
    if (found === undefined) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
