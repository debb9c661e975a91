/**
 * Variables that somebody set for EventFlow, or for the services that stood in its place, and that nothing
 * reads. To pass over one in silence has made a second validator join the live group.
 *
 * @module
 */
import type { Environment } from "./config.ts";
import { variables } from "./generated/variables.ts";

/** Of Kafka's own names, those that a client's setting could have: `KAFKA_HEAP_OPTS` is its scripts'. */
const ofKafka =
  "KAFKA_(?:BOOTSTRAP|BROKER|CLIENT|CONSUMER|GROUP|PRODUCER|SASL|SECURITY|SSL|TOPIC)";

/** Spring reads each of its properties from a variable, so the earlier persistence had these without a word of its own. */
const ofSpring = "SPRING_|MANAGEMENT_|LOGGING_LEVEL_|SERVER_PORT$";

const looksLikeOurs = new RegExp(
  `^(?:EVENTFLOW_|SIMULATOR_|PAYMENT_PROVIDER_|ANALYTICS_|VALIDATOR_|PERSISTENCE_|${ofSpring}|${ofKafka})`,
);

/**
 * It says where payments are read from or written to, and in whose name. Of Kafka's, only what could be meant for
 * us: many a machine has `KAFKA_BROKERS` for something else.
 */
const saysWhere =
  /^KAFKA_(?:BOOTSTRAP|GROUP)|^(?!KAFKA_).*(?:BOOTSTRAP|BROKER|GROUP|TOPIC|JDBC|DATASOURCE|_DB_|APPLICATION_JSON)/;

/** Kubernetes sets these for every service of a namespace, such as `VALIDATOR_PORT_8001_TCP`. */
const ofKubernetes =
  /_SERVICE_(?:HOST|PORT)(?:_\w+)?$|_PORT_\d+_(?:TCP|UDP)(?:_|$)/;
const isAddressOfKubernetes = (value: string) =>
  /^(?:tcp|udp):\/\//.test(value);

const read = new Set(variables);

export type UnreadVariables = {
  /** To start regardless would be to work in another place than was meant. */
  readonly grave: readonly string[];
  readonly others: readonly string[];
};

/**
 * Names alone: a value may be a secret. Under Deno's permissions a service sees no names but those it asks
 * for, and finds none; `ingest/http/permissions.ts`, which sees all, says so for it.
 */
export function unreadVariables(env: Environment): UnreadVariables {
  const unread = namesIn(env).filter((name) =>
    looksLikeOurs.test(name) && env[name] !== "" && !read.has(name) &&
    !ofKubernetes.test(name) && !isAddressOfKubernetes(env[name] ?? "")
  ).sort();
  return {
    grave: unread.filter((name) => saysWhere.test(name)),
    others: unread.filter((name) => !saysWhere.test(name)),
  };
}

/** What keeps a service from starting, as a sentence; undefined if nothing does. */
export function graveSentence(
  service: string,
  { grave }: UnreadVariables,
): string | undefined {
  return grave.length === 0
    ? undefined
    : `Cannot start ${service}: ${
      grave.join(", ")
    } must not be set, as nothing reads ${
      grave.length === 1 ? "it" : "them"
    } and payments would be read from or written to another place than was meant: set the variable that docs/reference/settings.md has for it, and unset this one.`;
}

function namesIn(env: Environment): string[] {
  try {
    return Object.keys(env);
  } catch {
    return [];
  }
}
