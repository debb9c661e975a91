/**
 * What a right in Kafka is called in IAM, where MSK asks: `kafka-cluster:*` of the "Service Authorization Reference".
 *
 * @module
 */
import type { Operation, Resource, Right } from "#kafka/access/rights.ts";

/** Some actions on some resources, as a statement of a policy has them. */
export type Statement = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
};

/** A cluster's ARN in parts: resources of a cluster are named by all of them. */
export type ClusterArn = {
  /** `arn:aws:kafka:eu-central-1:111122223333`: all in front of the kind. */
  readonly before: string;
  /** `payments/0a1b…-4`: its name and its id. */
  readonly cluster: string;
};

const kinds: Readonly<Record<Resource, string>> = {
  Topic: "topic",
  Group: "group",
  TransactionalId: "transactional-id",
};

/** Whoever reads or writes has to be told where: IAM implies nothing, as Kafka's authorizer does. */
const actions: Readonly<
  Record<Resource, Readonly<Partial<Record<Operation, readonly string[]>>>>
> = {
  Topic: {
    Read: ["ReadData", "DescribeTopic"],
    Write: ["WriteData", "DescribeTopic"],
    Create: ["CreateTopic", "DescribeTopic"],
    Alter: ["AlterTopic", "DescribeTopic"],
    Describe: ["DescribeTopic"],
    DescribeConfigs: ["DescribeTopicDynamicConfiguration"],
    AlterConfigs: [
      "AlterTopicDynamicConfiguration",
      "DescribeTopicDynamicConfiguration",
    ],
  },
  Group: {
    Read: ["AlterGroup", "DescribeGroup"],
    Describe: ["DescribeGroup"],
  },
  TransactionalId: {
    Write: ["AlterTransactionalId", "DescribeTransactionalId"],
    Describe: ["DescribeTransactionalId"],
  },
};

/**
 * The policy of whoever has these rights and no others.
 *
 * @throws {Error} if IAM has no word for one of them
 */
export function statementsFor(
  rights: readonly Right[],
  { before, cluster }: ClusterArn,
): readonly Statement[] {
  const byActions = new Map<string, Set<string>>();
  for (const { resource, operation, name, pattern } of rights) {
    const its = actions[resource][operation];
    if (its === undefined) {
      throw new Error(
        `IAM has no action for ${operation} on ${resource}: add it to ${import.meta.filename}`,
      );
    }
    const end = pattern === "prefixed" ? "*" : "";
    const arn = `${before}:${kinds[resource]}/${cluster}/${name}${end}`;
    for (const action of its) {
      const resources = byActions.get(action) ?? new Set();
      byActions.set(action, resources.add(arn));
    }
  }
  return [
    {
      actions: [
        "kafka-cluster:Connect",
        // An idempotent producer needs it beside its topic: IAM knows no KIP-679.
        ...byActions.has("WriteData")
          ? ["kafka-cluster:WriteDataIdempotently"]
          : [],
      ],
      resources: [`${before}:cluster/${cluster}`],
    },
    ...[...byActions].map(([action, resources]) => ({
      actions: [`kafka-cluster:${action}`],
      resources: [...resources].sort(),
    })),
  ];
}
