/**
 * All that runs on AWS, without a word of how it is made there. CDK's stack is built of it, and Terraform reads the same as JSON:
 * nothing of it is written down again in either.
 *
 * @module
 */
import { consumers, isConsumer } from "#contracts/services.ts";
import { topics } from "#contracts/topics.ts";
import { type DatabaseRole, databaseRoles } from "#runtime/database_roles.ts";
import { ground, secrets } from "./ground.ts";
import { type AwsService, awsServices } from "./services.ts";

/** A value that is known in the account alone, or by a setting. */
export type Deployed =
  | "region"
  | "kafka_addresses"
  | "database_host"
  | "door_networks"
  | "explainer_model";

/** One that people put in, or the password of somebody in the database. */
export type SecretName =
  | keyof typeof secrets
  | `database_${DatabaseRole | "dba"}`;

/** What says how far a worker is behind. */
export type Lag = {
  readonly group: string;
  readonly topic: string;
  readonly tellAtSeconds: number;
  /** Whether it waits on purpose while the database is away, so that more of them would help nobody. */
  readonly waitsForDatabase: boolean;
};

/** How many there are of what runs all the time, and by what more are started. */
export type Running = {
  readonly least: number;
  readonly most: number;
  /** By which it is said whom it reaches: the database is reached by who logs in to it, and by nobody else. */
  readonly securityGroup: "intake" | "services" | "storing";
  /** By whose seconds behind more are started and somebody is told; null: by how busy its processors are. */
  readonly lag: Lag | null;
};

export type Task = {
  readonly name: string;
  /** Units of 1/1024 vCPU, and MiB. */
  readonly cpu: number;
  readonly memory: number;
  /** Ours, by its name among ours, or a public one. */
  readonly image: { readonly ours: string } | { readonly public: string };
  /** null: what the image says. */
  readonly entryPoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly ports: readonly number[];
  /** Its variables: written out, known in the account alone, out of a file of this repository, and secret. */
  readonly environment: Readonly<Record<string, string>>;
  readonly deployed: Readonly<Record<string, Deployed>>;
  readonly files: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretName>>;
  /** Of which program in the table of rights; null: Kafka is nothing to it. */
  readonly program: string | null;
  /** Whether it logs in to the database, and has to be told first by which authorities. */
  readonly isOfDatabase: boolean;
  /** What it has beside if a model explains dead letters; null: it has nothing to do with one. */
  readonly explainer: null | {
    readonly environment: Readonly<Record<string, string>>;
    readonly deployed: Readonly<Record<string, Deployed>>;
    readonly actions: readonly string[];
  };
  /** null: it is a job, run once by a person. */
  readonly running: Running | null;
};

/** Seconds behind at which another instance is started, at which one is stopped, and at which somebody is told. */
export const scaling = {
  moreAtSeconds: 30,
  // A group that joins anew costs more than an instance that has little to do.
  fewerAtSeconds: 2,
  // Of who waits on purpose: between both, so that nobody comes and nobody goes.
  whileWaitingSeconds: 16,
  busyPercent: 50,
} as const;
const TELL_AT_SECONDS = 300;

/** Of what is one for all, somebody is told if it is so for some minutes: too much of something, or too little. */
export type Told = {
  readonly threshold: number;
  readonly minutes: number;
  readonly isLow: boolean;
  readonly description: string;
};

/** Puts the authorities that RDS is believed by into a file before a task's own container starts: they are in no runtime's list. */
const AUTHORITIES_FOLDER = "/authorities";
const AUTHORITIES_FILE = `${AUTHORITIES_FOLDER}/rds.pem`;
export const authorities = {
  name: "authorities",
  folder: AUTHORITIES_FOLDER,
  image: "public.ecr.aws/aws-cli/aws-cli:2.31.0",
  entryPoint: ["curl"],
  command: [
    ...["--fail", "--silent", "--show-error", "--retry", "5"],
    ...["--output", AUTHORITIES_FILE],
    "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
  ],
} as const;
const PSQL = "public.ecr.aws/docker/library/postgres:18.4";

/** The desk's database is one URL, whose password comes as a secret of its own. */
const DESK_COMMAND = [
  "/bin/sh",
  "-c",
  `EVENTFLOW_DESK_DB_URL="postgres://${databaseRoles.desk}:$DESK_DB_PASSWORD@$EVENTFLOW_DB_HOST:${ground.database.port}/${ground.database.name}?sslmode=verify-full&sslrootcert=${AUTHORITIES_FILE}" && export EVENTFLOW_DESK_DB_URL && unset DESK_DB_PASSWORD && exec bun workers/dead_letter_desk/main.ts`,
];

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

/** What most tasks have alike. */
const plain = {
  cpu: 256,
  memory: 512,
  entryPoint: null,
  command: null,
  ports: [],
  environment: {},
  deployed: {},
  files: {},
  secrets: {},
  program: null,
  isOfDatabase: false,
  explainer: null,
  running: null,
} as const satisfies Partial<Task>;

/** What the intake alone has. */
const intake = {
  environment: {
    EVENTFLOW_INTAKE_PORT: String(ground.door.port),
    EVENTFLOW_OPERATIONS_HOST: "0.0.0.0",
  },
  deployed: { EVENTFLOW_TRUSTED_PROXIES: "door_networks" },
  secrets: {
    PAYMENT_PROVIDER_WEBHOOK_SECRET: "webhook",
    PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS: "webhook_other",
  },
} as const satisfies Partial<Task>;

/** Run once by `aws ecs run-task`, in this order: docs/deploy/aws.md. */
const jobs: readonly Task[] = [
  {
    ...plain,
    name: "roles",
    image: { public: PSQL },
    isOfDatabase: true,
    environment: {
      PGDATABASE: ground.database.name,
      PGUSER: ground.database.dba,
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: AUTHORITIES_FILE,
    },
    deployed: { PGHOST: "database_host" },
    files: { ROLES_SQL: "workers/persistence/roles.sql" },
    secrets: {
      PGPASSWORD: "database_dba",
      PASSWORD_OF_OWNER: "database_owner",
      PASSWORD_OF_WRITER: "database_writer",
      PASSWORD_OF_DESK: "database_desk",
      PASSWORD_OF_READER: "database_reader",
    },
    entryPoint: ["/bin/sh", "-c"],
    command: [ROLES_COMMAND],
  },
  {
    ...plain,
    name: "migrate",
    image: { ours: "migrate" },
    isOfDatabase: true,
    environment: { EVENTFLOW_DB_USER: databaseRoles.owner },
    secrets: { EVENTFLOW_DB_PASSWORD: "database_owner" },
  },
  {
    ...plain,
    name: "topics",
    image: { ours: "topics" },
    program: "topics-apply",
  },
  {
    ...plain,
    name: "audit",
    image: { ours: "topics" },
    program: "audit",
    isOfDatabase: true,
    environment: { EVENTFLOW_DB_USER: databaseRoles.reader },
    secrets: { EVENTFLOW_DB_PASSWORD: "database_reader" },
    entryPoint: AUDIT_COMMAND,
    command: [],
  },
];

/** Each task whole: with what everybody has who reaches Kafka, or the database. */
export const tasks: readonly Task[] = [...awsServices.map(serviceOf), ...jobs]
  .map((task) => ({
    ...task,
    environment: {
      ...task.program === null ? {} : {
        EVENTFLOW_KAFKA_TLS: "true",
        EVENTFLOW_KAFKA_SASL_MECHANISM: "aws-msk-iam",
      },
      ...task.isOfDatabase
        ? {
          EVENTFLOW_DB_PORT: String(ground.database.port),
          EVENTFLOW_DB_NAME: ground.database.name,
          EVENTFLOW_DB_SSLMODE: "verify-full",
          EVENTFLOW_DB_SSLROOTCERT: AUTHORITIES_FILE,
        }
        : {},
      EVENTFLOW_LOG_FORMAT: "json",
      ...task.environment,
    },
    deployed: {
      ...task.program === null ? {} : {
        KAFKA_BOOTSTRAP_SERVERS: "kafka_addresses",
        EVENTFLOW_KAFKA_AWS_REGION: "region",
      },
      ...task.isOfDatabase ? { EVENTFLOW_DB_HOST: "database_host" } : {},
      ...task.deployed,
    },
  }));

export const told = {
  doorRefuses: {
    threshold: 10,
    minutes: 3,
    isLow: false,
    description: "The intake answers webhooks with 5xx",
  },
  doorEmpty: {
    threshold: tasks.find(({ name }) => name === "intake")?.running?.least ?? 0,
    minutes: 5,
    isLow: true,
    description: "There are fewer intakes than there have to be",
  },
  kafkaOffline: {
    threshold: 1,
    minutes: 3,
    isLow: false,
    description: "Partitions have no leader: webhooks are refused",
  },
  databaseFull: {
    threshold: 20 * 1024 ** 3,
    minutes: 10,
    isLow: true,
    description: "Less than 20 GiB are left to the database",
  },
} as const satisfies Readonly<Record<string, Told>>;

function serviceOf(service: AwsService): Task {
  const { name, kind, port, publicPort, database } = service;
  const isDesk = kind === "desk";
  const isWriter = database.includes("writer");
  return {
    ...plain,
    name,
    cpu: service.cpu,
    memory: service.memory,
    image: { ours: name },
    program: name,
    ports: [...new Set([publicPort ?? port, port])],
    isOfDatabase: database.length > 0,
    ...isDesk ? { entryPoint: DESK_COMMAND, command: [] } : {},
    ...kind === "intake" ? intake : {
      environment: isWriter ? { EVENTFLOW_DB_USER: databaseRoles.writer } : {},
      secrets: {
        ...isWriter ? { EVENTFLOW_DB_PASSWORD: "database_writer" } : {},
        ...isDesk
          ? {
            DESK_DB_PASSWORD: "database_desk",
            EVENTFLOW_DESK_TOKENS: "desk_tokens",
          }
          : {},
      },
    },
    explainer: isDesk
      ? {
        environment: { EVENTFLOW_EXPLAINER: "bedrock" },
        deployed: {
          EVENTFLOW_EXPLAINER_MODEL: "explainer_model",
          EVENTFLOW_EXPLAINER_REGION: "region",
        },
        actions: ["bedrock:InvokeModel"],
      }
      : null,
    running: runningOf(service),
  };
}

function runningOf(
  { name, kind, least, most, isVital, database }: AwsService,
): Running {
  const isStoring = database.length > 0;
  const securityGroup = kind === "intake"
    ? "intake"
    : isStoring
    ? "storing"
    : "services";
  if (!isConsumer(name)) return { least, most, securityGroup, lag: null };
  const { service: group, reads } = consumers[name];
  return {
    least,
    most,
    securityGroup,
    lag: {
      group,
      topic: topics[reads].name,
      tellAtSeconds: isVital ? TELL_AT_SECONDS : 6 * TELL_AT_SECONDS,
      waitsForDatabase: isStoring,
    },
  };
}
