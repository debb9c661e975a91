/**
 * The services as AWS runs them: those that are deployed anywhere, with the sizes of docs/performance.md.
 *
 * @module
 */
import { consumers, isConsumer } from "#contracts/services.ts";
import { topics } from "#contracts/topics.ts";
import type { DatabaseRole } from "#runtime/database_roles.ts";
import { type Part, parts } from "../parts/parts.ts";

export type AwsService = {
  /** Of its image, its folder, its principal in Kafka and its role in IAM. */
  readonly name: string;
  readonly kind: Part["kind"];
  /** Where it tells operators how it is, if nothing else is set. */
  readonly port: number;
  /** Where senders or people come in. */
  readonly publicPort?: number;
  /** Units of 1/1024 vCPU, and MiB. */
  readonly cpu: number;
  readonly memory: number;
  readonly least: number;
  readonly most: number;
  /** As whom it logs in to the database. */
  readonly database: readonly DatabaseRole[];
  /** Whether somebody is woken for it. */
  readonly isVital: boolean;
};

const small = { cpu: 256, memory: 512 };

function sizeOf({ name, kind }: Part) {
  if (kind === "intake") {
    return { cpu: 512, memory: 1024, least: 2, most: 8, isVital: true };
  }
  // Of whom a second one would only wait: the desk is for people, and they look at one.
  if (kind === "observer" || !isConsumer(name)) {
    return { ...small, least: 1, most: 1, isVital: false };
  }
  const { reads, isVital } = consumers[name];
  if (kind === "desk") return { ...small, least: 1, most: 1, isVital };
  // No more instances than its topic has partitions.
  const most = topics[reads].partitions;
  return { ...small, least: isVital ? 2 : 1, most, isVital };
}

/** Whatever does not end by itself. */
export const awsServices: readonly AwsService[] = parts.flatMap((part) => {
  const { name, kind, operationsPort: port, publicPort } = part;
  if (port === undefined) return [];
  return [{
    name,
    kind,
    port,
    ...publicPort !== undefined && { publicPort },
    ...sizeOf(part),
    database: part.databaseRoles,
  }];
});

const port = awsServices.find(({ kind }) => kind === "intake")?.publicPort;
if (port === undefined) {
  throw new Error("There is no intake that webhooks come to");
}

/** Where webhooks come in. */
export const intakePort: number = port;
