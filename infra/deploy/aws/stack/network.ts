import {
  FlowLogDestination,
  IpAddresses,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { ground } from "../ground.ts";
import type { AwsConfig } from "../settings.ts";

/** Three zones: the door in front, services behind it, brokers and the database where nothing comes from or goes outside. */
export function network(scope: Construct, { zones }: AwsConfig) {
  const vpc = new Vpc(scope, "Network", {
    ipAddresses: IpAddresses.cidr("10.20.0.0/16"),
    availabilityZones: [...zones],
    natGateways: zones.length,
    subnetConfiguration: [
      { name: "door", subnetType: SubnetType.PUBLIC, cidrMask: 24 },
      { name: "services", subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      {
        name: "data",
        subnetType: SubnetType.PRIVATE_ISOLATED,
        cidrMask: 24,
      },
    ],
    restrictDefaultSecurityGroup: false,
    flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs() } },
  });
  const group = (id: string, description: string) =>
    new SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
  const groups = {
    door: group("DoorGroup", "From the internet, to the intake"),
    intake: group("IntakeGroup", "From the door, to brokers and AWS"),
    services: group("ServicesGroup", "To brokers and AWS"),
    storing: group("StoringGroup", "To brokers, the database and AWS"),
    kafka: group("KafkaGroup", "From services"),
    database: group("DatabaseGroup", "From who stores and who asks"),
  };
  for (const from of [groups.intake, groups.services, groups.storing]) {
    from.connections.allowTo(
      groups.kafka,
      Port.tcp(ground.kafka.port),
      "Kafka by IAM",
    );
    from.connections.allowToAnyIpv4(Port.tcp(443), "AWS and its registries");
  }
  groups.storing.connections
    .allowTo(groups.database, Port.tcp(ground.database.port), "PostgreSQL");
  return { vpc, groups };
}

export type Network = ReturnType<typeof network>;
