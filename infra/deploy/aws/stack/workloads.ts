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
import { databaseRoles } from "#runtime/database_roles.ts";
import { statementsFor } from "../iam_rights.ts";
import { type AwsService, awsServices } from "../services.ts";
import type { AwsConfig } from "../settings.ts";
import { DATABASE } from "./database.ts";
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

/** Where the file of the authorities that RDS is believed by is put, and who puts it there. */
const AUTHORITIES = "/authorities";
const AUTHORITIES_FILE = `${AUTHORITIES}/rds.pem`;
const AUTHORITIES_URL =
  "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem";
const AWS_CLI = "public.ecr.aws/aws-cli/aws-cli:2.31.0";
const PSQL = "public.ecr.aws/docker/library/postgres:18.4";

/** The desk's database is one URL, whose password comes as a secret of its own. */
const DESK_COMMAND = [
  "/bin/sh",
  "-c",
  `EVENTFLOW_DESK_DB_URL="postgres://${databaseRoles.desk}:$DESK_DB_PASSWORD@$EVENTFLOW_DB_HOST:5432/${DATABASE}?sslmode=verify-full&sslrootcert=${AUTHORITIES_FILE}" && export EVENTFLOW_DESK_DB_URL && unset DESK_DB_PASSWORD && exec bun workers/dead_letter_desk/main.ts`,
];

type Task = {
  readonly name: string;
  /** Of which program in the table of rights; undefined: Kafka is nothing to it. */
  readonly program?: string;
  readonly cpu: number;
  readonly memory: number;
  readonly image: string;
  readonly environment?: Record<string, string>;
  readonly secrets?: Record<string, EcsSecret>;
  readonly entryPoint?: string[];
  readonly command?: string[];
  readonly ports?: readonly number[];
  /** Whether it logs in to the database. */
  readonly isOfDatabase?: boolean;
};

/** All that runs, each with a role of its own that may do in Kafka what its row of the table says, and nothing else. */
export function workloads(scope: Construct, config: AwsConfig, parts: Parts) {
  const { network: { vpc, groups }, kafka, database, secrets } = parts;
  const cluster = new Cluster(scope, "Cluster", {
    vpc,
    containerInsightsV2: ContainerInsights.ENABLED,
  });
  const { region } = Stack.of(scope);
  const imageOf = (name: string) =>
    `${config.images}/${name}:${config.version}`;

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
        ...task.isOfDatabase ? [{ name: "authorities" }] : [],
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
    const container = definition.addContainer(task.name, {
      image: ContainerImage.fromRegistry(task.image),
      readonlyRootFilesystem: true,
      // Without a health check: a fault of another service is no reason to end this one, and a program that hangs ends itself.
      logging,
      environment: {
        ...task.program === undefined ? {} : {
          KAFKA_BOOTSTRAP_SERVERS: kafka.addresses,
          EVENTFLOW_KAFKA_TLS: "true",
          EVENTFLOW_KAFKA_SASL_MECHANISM: "aws-msk-iam",
          EVENTFLOW_KAFKA_AWS_REGION: region,
        },
        ...task.isOfDatabase
          ? {
            EVENTFLOW_DB_HOST: database.instance.dbInstanceEndpointAddress,
            EVENTFLOW_DB_PORT: "5432",
            EVENTFLOW_DB_NAME: DATABASE,
            EVENTFLOW_DB_SSLMODE: "verify-full",
            EVENTFLOW_DB_SSLROOTCERT: AUTHORITIES_FILE,
          }
          : {},
        EVENTFLOW_LOG_FORMAT: "json",
        ...task.environment,
      },
      secrets: task.secrets ?? {},
      portMappings: (task.ports ?? []).map((containerPort) => ({
        containerPort,
      })),
      ...task.entryPoint && { entryPoint: task.entryPoint },
      ...task.command && { command: task.command },
    });
    container.addMountPoints({
      sourceVolume: "tmp",
      containerPath: "/tmp",
      readOnly: false,
    });
    if (task.isOfDatabase) addAuthorities(definition, container, logging);
    if (task.program !== undefined) {
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
    return definition;
  };

  const passwordOf = (role: string) => {
    const secret = database.secrets[role];
    if (secret === undefined) throw new Error(`There is no role ${role}`);
    return EcsSecret.fromSecretsManager(secret, "password");
  };

  const serviceOf = (service: AwsService): FargateService => {
    const { name, kind, port, publicPort, database: roles } = service;
    const isIntake = kind === "intake";
    const isDesk = kind === "desk";
    const model = isDesk ? config.explainerModel : undefined;
    const definition = taskOf({
      name,
      program: name,
      cpu: service.cpu,
      memory: service.memory,
      image: imageOf(name),
      ports: [...new Set([publicPort ?? port, port])],
      isOfDatabase: roles.length > 0,
      environment: {
        ...isIntake && {
          EVENTFLOW_INTAKE_PORT: String(publicPort),
          EVENTFLOW_OPERATIONS_HOST: "0.0.0.0",
          EVENTFLOW_TRUSTED_PROXIES: vpc.selectSubnets({
            subnetType: SubnetType.PUBLIC,
          }).subnets.map(({ ipv4CidrBlock }) => ipv4CidrBlock).join(),
        },
        ...roles.includes("writer") && {
          EVENTFLOW_DB_USER: databaseRoles.writer,
        },
        ...model !== undefined && {
          EVENTFLOW_EXPLAINER: "bedrock",
          EVENTFLOW_EXPLAINER_MODEL: model,
          EVENTFLOW_EXPLAINER_REGION: region,
        },
      },
      secrets: {
        ...isIntake && {
          PAYMENT_PROVIDER_WEBHOOK_SECRET: EcsSecret.fromSecretsManager(
            secrets.webhook,
          ),
          PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS: EcsSecret
            .fromSecretsManager(secrets.webhookOther),
        },
        ...roles.includes("writer") && {
          EVENTFLOW_DB_PASSWORD: passwordOf("writer"),
        },
        ...isDesk && {
          DESK_DB_PASSWORD: passwordOf("desk"),
          EVENTFLOW_DESK_TOKENS: EcsSecret.fromSecretsManager(secrets.desk),
        },
      },
      ...isDesk && { entryPoint: DESK_COMMAND, command: [] },
    });
    if (model !== undefined) {
      const { partition } = Stack.of(scope);
      definition.addToTaskRolePolicy(
        new PolicyStatement({
          actions: ["bedrock:InvokeModel"],
          resources: [
            `arn:${partition}:bedrock:${region}::foundation-model/${model}`,
          ],
        }),
      );
    }
    return new FargateService(scope, `Service-${name}`, {
      cluster,
      serviceName: name,
      taskDefinition: definition,
      // Until its topics and its tables are there a service ends soon after its start, which ECS takes for a deployment that failed.
      desiredCount: config.isRunning ? service.least : 0,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [
        isIntake
          ? groups.intake
          : roles.length > 0
          ? groups.storing
          : groups.services,
      ],
      // A new one is at work before an old one stops; of what there is one at most, the other way round.
      minHealthyPercent: service.most === 1 ? 0 : 100,
      maxHealthyPercent: service.most === 1 ? 100 : 200,
      circuitBreaker: { rollback: true },
      propagateTags: PropagatedTagSource.SERVICE,
    });
  };

  const job = { cpu: 256, memory: 512 };
  // Run once by `aws ecs run-task`, in this order: docs/deploy/aws.md.
  taskOf({
    ...job,
    name: "roles",
    image: PSQL,
    isOfDatabase: true,
    environment: {
      ROLES_SQL: readFileSync(
        new URL("../../../../workers/persistence/roles.sql", import.meta.url),
        "utf8",
      ),
      PGHOST: database.instance.dbInstanceEndpointAddress,
      PGDATABASE: DATABASE,
      PGUSER: "dba",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: AUTHORITIES_FILE,
    },
    secrets: {
      PGPASSWORD: EcsSecret.fromSecretsManager(database.dba, "password"),
      ...Object.fromEntries(
        Object.keys(database.secrets)
          .map((
            role,
          ) => [`PASSWORD_OF_${role.toUpperCase()}`, passwordOf(role)]),
      ),
    },
    entryPoint: ["/bin/sh", "-c"],
    command: [ROLES_COMMAND],
  });
  taskOf({
    ...job,
    name: "migrate",
    image: imageOf("migrate"),
    isOfDatabase: true,
    environment: { EVENTFLOW_DB_USER: databaseRoles.owner },
    secrets: { EVENTFLOW_DB_PASSWORD: passwordOf("owner") },
  });
  taskOf({
    ...job,
    name: "topics",
    program: "topics-apply",
    image: imageOf("topics"),
  });
  taskOf({
    ...job,
    name: "audit",
    program: "audit",
    image: imageOf("topics"),
    isOfDatabase: true,
    environment: { EVENTFLOW_DB_USER: databaseRoles.reader },
    secrets: { EVENTFLOW_DB_PASSWORD: passwordOf("reader") },
    entryPoint: AUDIT_COMMAND,
    command: [],
  });
  const services = awsServices
    .map((settings) => ({ settings, service: serviceOf(settings) }));
  const intake = services.find(({ settings }) => settings.kind === "intake");
  const port = intake?.settings.publicPort;
  if (intake === undefined || port === undefined) {
    throw new Error("There is no intake that webhooks come to");
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
  return { cluster, services, intake: { service: intake.service, port } };
}

export type Workloads = ReturnType<typeof workloads>;

/** `psql` takes a password as a variable, and quotes it. */
const ROLES_COMMAND = [
  "printf '%s' \"$ROLES_SQL\" > /tmp/roles.sql &&",
  "printf '%s\\n' \"alter role eventflow_owner password :'owner';\"",
  "\"alter role eventflow_writer password :'writer';\"",
  "\"alter role eventflow_desk password :'desk';\"",
  "\"alter role eventflow_reader password :'reader';\" > /tmp/passwords.sql &&",
  "exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --single-transaction",
  '--set=owner="$PASSWORD_OF_OWNER" --set=writer="$PASSWORD_OF_WRITER"',
  '--set=desk="$PASSWORD_OF_DESK" --set=reader="$PASSWORD_OF_READER"',
  "--file=/tmp/roles.sql --file=/tmp/passwords.sql",
].join(" ");

const AUDIT_COMMAND = [
  ...["deno", "run", "--cached-only", "--frozen", "--no-remote"],
  ...["--deny-import", "--no-prompt", "--allow-env", "--allow-net"],
  ...[`--allow-read=${AUTHORITIES_FILE}`, "infra/operations/audit/main.ts"],
];

/** Fetched from AWS before the service starts, as RDS's authorities are in no runtime's list. */
function addAuthorities(
  definition: FargateTaskDefinition,
  container: ReturnType<FargateTaskDefinition["addContainer"]>,
  logging: ReturnType<typeof LogDrivers.awsLogs>,
): void {
  const fetching = definition.addContainer("authorities", {
    image: ContainerImage.fromRegistry(AWS_CLI),
    essential: false,
    readonlyRootFilesystem: true,
    logging,
    entryPoint: ["curl"],
    command: [
      ...["--fail", "--silent", "--show-error", "--retry", "5"],
      ...["--output", AUTHORITIES_FILE, AUTHORITIES_URL],
    ],
  });
  const mount = { sourceVolume: "authorities", containerPath: AUTHORITIES };
  fetching.addMountPoints({ ...mount, readOnly: false });
  container.addMountPoints({ ...mount, readOnly: true });
  container.addContainerDependencies({
    container: fetching,
    condition: ContainerDependencyCondition.SUCCESS,
  });
}
