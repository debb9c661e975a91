import { Fn, Stack } from "aws-cdk-lib";
import { SubnetType } from "aws-cdk-lib/aws-ec2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { CfnCluster, CfnConfiguration } from "aws-cdk-lib/aws-msk";
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from "aws-cdk-lib/custom-resources";
import type { Construct } from "constructs";
import { ground } from "../ground.ts";
import type { ClusterArn } from "../iam_rights.ts";
import type { AwsConfig } from "../settings.ts";
import type { Network } from "./network.ts";

/** Three brokers, one a zone, whom nobody reaches but by TLS and an IAM role. */
export function kafka(
  scope: Construct,
  { brokers, brokerSize, kafkaVersion }: AwsConfig,
  { vpc, groups }: Network,
) {
  const { name, settings, gigabytesABroker } = ground.kafka;
  const configuration = new CfnConfiguration(scope, "KafkaSettings", {
    name: `${name}-${brokers}`,
    serverProperties: Object.entries(settings[brokers])
      .map(([key, value]) => `${key}=${value}`).join("\n"),
  });
  const logs = new LogGroup(scope, "KafkaLogs", {
    retention: RetentionDays.ONE_MONTH,
  });
  const isExpress = brokers === "express";
  const cluster = new CfnCluster(scope, "Kafka", {
    clusterName: name,
    kafkaVersion,
    numberOfBrokerNodes: 3,
    brokerNodeGroupInfo: {
      instanceType: `${isExpress ? "express" : "kafka"}.${brokerSize}`,
      clientSubnets: vpc.selectSubnets({
        subnetType: SubnetType.PRIVATE_ISOLATED,
      }).subnetIds,
      securityGroups: [groups.kafka.securityGroupId],
      ...isExpress ? {} : {
        storageInfo: { ebsStorageInfo: { volumeSize: gigabytesABroker } },
      },
    },
    clientAuthentication: {
      sasl: { iam: { enabled: true }, scram: { enabled: false } },
      unauthenticated: { enabled: false },
    },
    encryptionInfo: {
      encryptionInTransit: { clientBroker: "TLS", inCluster: true },
    },
    configurationInfo: {
      arn: configuration.attrArn,
      revision: Fn.getAtt(
        configuration.logicalId,
        "LatestRevision.Revision",
      ) as unknown as number,
    },
    enhancedMonitoring: "PER_TOPIC_PER_BROKER",
    loggingInfo: {
      brokerLogs: {
        cloudWatchLogs: { enabled: true, logGroup: logs.logGroupName },
      },
    },
  });
  const whereToBegin = new AwsCustomResource(scope, "KafkaAddresses", {
    onUpdate: {
      service: "Kafka",
      action: "getBootstrapBrokers",
      parameters: { ClusterArn: cluster.attrArn },
      physicalResourceId: PhysicalResourceId.of("addresses"),
      outputPaths: ["BootstrapBrokerStringSaslIam"],
    },
    policy: AwsCustomResourcePolicy.fromSdkCalls({
      resources: [cluster.attrArn],
    }),
    installLatestAwsSdk: false,
  });
  const { partition, region, account } = Stack.of(scope);
  const arn: ClusterArn = {
    before: `arn:${partition}:kafka:${region}:${account}`,
    // All behind the name of the kind: its own name and id.
    cluster: Fn.select(1, Fn.split(":cluster/", cluster.attrArn)),
  };
  return {
    cluster,
    arn,
    addresses: whereToBegin.getResponseField("BootstrapBrokerStringSaslIam"),
  };
}

export type KafkaCluster = ReturnType<typeof kafka>;
