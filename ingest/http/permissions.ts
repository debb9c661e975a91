/**
 * Prints the flags of Deno a service runs with: where its modules come from, and the permissions it needs, and
 * no others, from its settings and the environment:
 *
 *     deno run $(deno run --allow-env --allow-read ingest/http/permissions.ts intake) ingest/intake/main.ts
 *
 * If the environment does not configure the service, it prints only what the service needs to say
 * so itself, with its own sentence and exit code.
 *
 * @module
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Config,
  ConfigError,
  type Environment,
  namesOf,
  readConfig,
  type Relation,
  type Settings,
} from "#runtime/config.ts";
import { fileVariable, isPath } from "#runtime/given.ts";
import { moduleFlags } from "#runtime/module_flags.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { openTelemetryEnv } from "#runtime/tracing_settings.ts";
import { unreadVariables } from "#runtime/unread_variables.ts";
import { containerCredentialsUrl } from "#kafka/msk_iam/settings.ts";
import { assetPaths, servesApiPages } from "./api_pages.ts";
import {
  simulatorRelations,
  simulatorSettings,
} from "../simulator/settings.ts";
import type { PaypalStandIn } from "../provider_accounts/paypal.ts";
import { standInsIn } from "../provider_accounts/stand_ins.ts";
import { certificateHosts } from "../intake/providers/paypal/certificates.ts";
import {
  intakeRelations,
  intakeSettings,
  isAddress,
} from "../intake/settings.ts";

/** Read by kafkajs when it is loaded or a client is made; it fails if it may not look. */
const KAFKAJS_ENV = [
  "NODE_ENV",
  "KAFKAJS_DEBUG_EXTENDED_PROTOCOL_BUFFERS",
  "KAFKAJS_DEBUG_PROTOCOL_BUFFERS",
  "KAFKAJS_LOG_LEVEL",
  "KAFKAJS_NO_PARTITIONER_WARNING",
];

/** Read by AWS's libraries when they are loaded; they fail if they may not look. */
const AWS_ENV = [
  "AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA",
  "AWS_LAMBDA_BENCHMARK_MODE",
];

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The flags by service, named as its folder. */
export const permissionFlags = {
  intake: (env: Environment): string[] => {
    const settings = { ...intakeSettings, ...serviceSettings };
    const config = configOrNothing(settings, env, intakeRelations);
    const standIns = standInsOf(config);
    const isAws = config?.kafkaSaslMechanism === "aws-msk-iam";
    return flags({
      env: [
        ...namesOf(settings),
        ...openTelemetryEnv,
        ...KAFKAJS_ENV,
        ...isAws ? AWS_ENV : [],
      ],
      read: [
        ...secretFiles(settings, env),
        ...namedFiles(settings, env),
        ...standIns.map(({ root_file }) => root_file),
        ...assetsOf(config),
      ],
      net: config === undefined ? [] : [
        address(config.bindHost, config.port),
        address(config.operationsHost, config.operationsPort),
        ...config.bootstrapServers,
        ...config.allowNet ?? [],
        ...addressesOf(config.kafkaOauthTokenUrl),
        ...isAws ? addressesOf(containerCredentialsUrl(config)) : [],
        ...addressesOf(config.tracesEndpoint),
        ...config.providersFile === undefined ? [] : certificateHosts,
        ...standIns.map(({ certificate_host }) => certificate_host),
      ],
    });
  },
  simulator: (env: Environment): string[] => {
    const settings = { ...simulatorSettings, ...serviceSettings };
    const config = configOrNothing(settings, env, simulatorRelations);
    const roots = standInsOf(config).map(({ root_file }) => root_file);
    return flags({
      env: [...namesOf(settings), ...openTelemetryEnv],
      read: [
        ...secretFiles(settings, env),
        ...namedFiles(settings, env),
        ...roots,
        ...assetsOf(config),
      ],
      write: roots,
      net: config === undefined ? [] : [
        address(config.bindHost, config.port),
        addressOf(new URL(config.webhookUrl)),
        ...addressesOf(config.tracesEndpoint),
      ],
    });
  },
};

/**
 * V8 takes memory generously before it looks for garbage: under attack the intake held 585 MB, of which a quarter
 * was in use. It is told to look when its heap has grown by 40 % (else up to 300 %), and to keep 8 MB for what is young
 * (else 16).
 */
const memoryFlag =
  "--v8-flags=--heap-growing-percent=40,--max-semi-space-size=8";

/** No flag holds a blank, so that a shell's word splitting gives the flags back. */
function flags(
  { env, net, read, write = [] }: {
    env: readonly string[];
    net: readonly string[];
    read: readonly string[];
    write?: readonly string[];
  },
): string[] {
  const addresses = net.filter(isAddress);
  return [
    ...moduleFlags,
    memoryFlag,
    "--no-prompt",
    `--allow-env=${[...new Set(env)].join(",")}`,
    // An empty list would allow everything.
    ...(addresses.length > 0 ? [`--allow-net=${addresses.join(",")}`] : []),
    ...(read.length > 0 ? [`--allow-read=${read.join(",")}`] : []),
    ...(write.length > 0 ? [`--allow-write=${write.join(",")}`] : []),
  ];
}

/** What stands in for PayPal on a machine of one's own; the simulator writes its root, and the intake reads it. */
function standInsOf(
  config:
    | Pick<
      Config<typeof simulatorSettings & typeof serviceSettings>,
      "providersFile" | "environment"
    >
    | undefined,
): readonly PaypalStandIn[] {
  return config === undefined
    ? []
    : standInsIn(config.providersFile, config.environment);
}

/** What is read at the start, for the API pages. */
function assetsOf(
  config: Parameters<typeof servesApiPages>[0] | undefined,
): string[] {
  return config !== undefined && servesApiPages(config)
    ? assetPaths().map((path) => relative(ROOT, path))
    : [];
}

function configOrNothing<const S extends Settings>(
  settings: S,
  env: Environment,
  relations: readonly Relation<S>[],
) {
  try {
    return readConfig("", settings, env, relations);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Files that secrets are in. A path that is none is for the service to complain about. */
function secretFiles(settings: Settings, env: Environment): string[] {
  return Object.values(settings).filter(({ secret }) => secret)
    .flatMap(({ env: name }) => env[fileVariable(name)]?.trim() ?? [])
    .filter((path) => path !== "" && isPath(path) && existsSync(path));
}

/** Files that are no secrets by their names, there or not: the service says what is wrong with one. */
function namedFiles(settings: Settings, env: Environment): string[] {
  return Object.values(settings).filter(({ isFile }) => isFile)
    .flatMap(({ env: name }) => env[name]?.trim() ?? [])
    .filter((path) => path !== "" && isPath(path));
}

function address(host: string, port: number | string): string {
  const isBareIpv6 = host.includes(":") && !host.startsWith("[");
  return `${isBareIpv6 ? `[${host}]` : host}:${port}`;
}

function addressesOf(url: string | undefined): string[] {
  return url === undefined ? [] : [addressOf(new URL(url))];
}

function addressOf({ protocol, hostname, port }: URL): string {
  return address(hostname, port || (protocol === "https:" ? 443 : 80));
}

if (import.meta.main) {
  const service = process.argv[2];
  if (service === "intake" || service === "simulator") {
    const { grave, others } = unreadVariables(process.env);
    const unread = [...grave, ...others];
    if (unread.length > 0) {
      console.error(
        `Set and read by nothing: ${
          unread.join(", ")
        }. See docs/reference/settings.md`,
      );
    }
    console.log(permissionFlags[service](process.env).join(" "));
  } else {
    console.error("Say which service: intake or simulator.");
    process.exit(64);
  }
}
