import { CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { SubnetType } from "aws-cdk-lib/aws-ec2";
import {
  Cluster,
  ContainerDependencyCondition,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  Secret as EcsSecret,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { readFileSync } from "node:fs";
import { allNeeds, usualNames } from "#kafka/access/needs.ts";
import { statementsFor } from "../iam_rights.ts";
import type { AwsConfig } from "../settings.ts";
import {
  authorities,
  type Deployed,
  type SecretName,
  type Task,
  tasks,
} from "../tasks.ts";
import type { Parts } from "./parts.ts";

/** As in contracts and in Kafka: nothing has another name on AWS. */
const needs = allNeeds(usualNames());

/** What transactional ids begin with that somebody has a right to. */
export const prefixedIds: readonly string[] = [
  ...new Set(
    [...needs.values()].flat()
      .filter(({ pattern }) => pattern === "prefixed")
      .map(({ name }) => name),
  ),
];

/** All that runs, each with a role of its own that may do in Kafka what its row of the table says, and nothing else. */
export function workloads(scope: Construct, config: AwsConfig, parts: Parts) {
  const { network: { vpc, groups }, kafka, database } = parts;
  const cluster = new Cluster(scope, "Cluster", {
    vpc,
    containerInsightsV2: ContainerInsights.ENABLED,
  });
  const { region, partition } = Stack.of(scope);
  const deployed: Readonly<Record<Deployed, string>> = {
    region,
    kafka_addresses: kafka.addresses,
    database_host: database.instance.dbInstanceEndpointAddress,
    door_networks: vpc.selectSubnets({ subnetType: SubnetType.PUBLIC })
      .subnets.map(({ ipv4CidrBlock }) => ipv4CidrBlock).join(),
    explainer_model: config.explainerModel ?? "",
  };
  const passwords = { ...database.secrets, dba: database.dba };
  const secretOf = (name: SecretName): EcsSecret => {
    const role = /^database_(.*)$/.exec(name)?.[1];
    const isPassword = role !== undefined;
    const secret = Reflect.get(
      isPassword ? passwords : parts.secrets,
      role ?? name,
    );
    if (secret === undefined) throw new Error(`There is no secret ${name}`);
    return EcsSecret.fromSecretsManager(
      secret,
      ...isPassword ? ["password"] : [],
    );
  };
  const imageOf = ({ image }: Task): string =>
    "ours" in image
      ? `${config.images}/${image.ours}:${config.version}`
      : image.public;

  const taskOf = (task: Task): FargateTaskDefinition => {
    const id = `Task-${task.name}`;
    const definition = new FargateTaskDefinition(scope, id, {
      family: `eventflow-${task.name}`,
      cpu: task.cpu,
      memoryLimitMiB: task.memory,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.X86_64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      volumes: [
        { name: "tmp" },
        ...task.isOfDatabase ? [{ name: authorities.name }] : [],
      ],
    });
    const logging = LogDrivers.awsLogs({
      streamPrefix: task.name,
      logGroup: new LogGroup(scope, `Logs-${task.name}`, {
        logGroupName: `/eventflow/${task.name}`,
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    const explainer = config.explainerModel === undefined
      ? null
      : task.explainer;
    const container = definition.addContainer(task.name, {
      image: ContainerImage.fromRegistry(imageOf(task)),
      readonlyRootFilesystem: true,
      // Without a health check: a fault of another service is no reason to end this one, and a program that hangs ends itself.
      logging,
      environment: {
        ...task.environment,
        ...explainer?.environment,
        ...mapped(
          { ...task.deployed, ...explainer?.deployed },
          (name) => deployed[name],
        ),
        ...mapped(
          task.files,
          (path) =>
            readFileSync(
              new URL(`../../../../${path}`, import.meta.url),
              "utf8",
            ),
        ),
      },
      secrets: mapped(task.secrets, secretOf),
      portMappings: task.ports.map((containerPort) => ({ containerPort })),
      ...task.entryPoint && { entryPoint: [...task.entryPoint] },
      ...task.command && { command: [...task.command] },
    });
    container.addMountPoints({
      sourceVolume: "tmp",
      containerPath: "/tmp",
      readOnly: false,
    });
    if (task.isOfDatabase) addAuthorities(definition, container, logging);
    if (task.program !== null) {
      const rights = needs.get(task.program);
      if (rights === undefined) {
        throw new Error(`There are no rights of ${task.program}`);
      }
      for (const { actions, resources } of statementsFor(rights, kafka.arn)) {
        definition.addToTaskRolePolicy(
          new PolicyStatement({
            actions: [...actions],
            resources: [...resources],
          }),
        );
      }
    }
    if (explainer !== null) {
      definition.addToTaskRolePolicy(
        new PolicyStatement({
          actions: [...explainer.actions],
          resources: [
            `arn:${partition}:bedrock:${region}::foundation-model/${config.explainerModel}`,
          ],
        }),
      );
    }
    return definition;
  };

  const services = new Map<string, FargateService>();
  for (const task of tasks) {
    const definition = taskOf(task);
    const { name, running } = task;
    if (running === null) continue;
    const { least, most, securityGroup } = running;
    const service = new FargateService(scope, `Service-${name}`, {
      cluster,
      serviceName: name,
      taskDefinition: definition,
      // Until its topics and its tables are there a service ends soon after its start, which ECS takes for a deployment that failed.
      desiredCount: config.isRunning ? least : 0,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [groups[securityGroup]],
      // A new one is at work before an old one stops; of what there is one at most, the other way round.
      minHealthyPercent: most === 1 ? 0 : 100,
      maxHealthyPercent: most === 1 ? 100 : 200,
      circuitBreaker: { rollback: true },
      propagateTags: PropagatedTagSource.SERVICE,
    });
    services.set(name, service);
  }
  new CfnOutput(scope, "ClusterName", {
    value: cluster.clusterName,
    description: "Where services and jobs run",
  });
  new CfnOutput(scope, "JobsNetwork", {
    value: `awsvpcConfiguration={subnets=[${
      vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS })
        .subnetIds.join()
    }],securityGroups=[${groups.storing.securityGroupId}]}`,
    description: "Network of a job, as run-task takes it",
  });
  return { cluster, services };
}

export type Workloads = ReturnType<typeof workloads>;

function mapped<From, To>(
  all: Readonly<Record<string, From>>,
  change: (one: From) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(all).map(([name, one]) => [name, change(one)]),
  );
}

function addAuthorities(
  definition: FargateTaskDefinition,
  container: ReturnType<FargateTaskDefinition["addContainer"]>,
  logging: ReturnType<typeof LogDrivers.awsLogs>,
): void {
  const { name, image, entryPoint, command, folder } = authorities;
  const fetching = definition.addContainer(name, {
    image: ContainerImage.fromRegistry(image),
    essential: false,
    readonlyRootFilesystem: true,
    logging,
    entryPoint: [...entryPoint],
    command: [...command],
  });
  const mount = { sourceVolume: name, containerPath: folder };
  fetching.addMountPoints({ ...mount, readOnly: false });
  container.addMountPoints({ ...mount, readOnly: true });
  container.addContainerDependencies({
    container: fetching,
    condition: ContainerDependencyCondition.SUCCESS,
  });
}
