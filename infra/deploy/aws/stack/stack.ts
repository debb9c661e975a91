import { Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { ClusterArn } from "../iam_rights.ts";
import type { AwsConfig } from "../settings.ts";
import { database } from "./database.ts";
import { door } from "./door.ts";
import { kafka } from "./kafka.ts";
import { network } from "./network.ts";
import { secrets } from "./secrets.ts";
import { watch } from "./watch.ts";
import { prefixedIds, workloads } from "./workloads.ts";

/** EventFlow in one region, from the door to the table. */
export class EventFlowStack extends Stack {
  /** Of the cluster, in parts. */
  readonly kafkaArn: ClusterArn;
  /** What transactional ids begin with that somebody has a right to. */
  readonly transactionalIds: readonly string[];

  constructor(
    scope: Construct,
    { config, ...props }: StackProps & { config: AwsConfig },
  ) {
    super(scope, "EventFlow", props);
    Tags.of(this).add("application", "eventflow");
    const ground = network(this, config);
    const parts = {
      network: ground,
      kafka: kafka(this, config, ground),
      database: database(this, config, ground),
      secrets: secrets(this),
    };
    this.kafkaArn = parts.kafka.arn;
    this.transactionalIds = prefixedIds;
    const running = workloads(this, config, parts);
    const front = door(this, config, { network: ground, workloads: running });
    watch(this, config, {
      workloads: running,
      database: parts.database,
      door: front,
    });
  }
}
