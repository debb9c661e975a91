import { DeniedError } from "#runtime/errors.ts";
import { UnwritableError } from "../../write_errors.ts";

/** What the protocol's errors are about, by their names. */
const RIGHTS: ReadonlyMap<string, string> = new Map([
  ["TOPIC_AUTHORIZATION_FAILED", "the topic"],
  ["GROUP_AUTHORIZATION_FAILED", "the group"],
  ["TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "the transactional id"],
  ["CLUSTER_AUTHORIZATION_FAILED", "the cluster"],
]);

/** What the protocol says of logins, and what it means here. */
const LOGINS: ReadonlyMap<string, string> = new Map([
  [
    "UNSUPPORTED_SASL_MECHANISM",
    "Kafka does not take that mechanism: correct EVENTFLOW_KAFKA_SASL_MECHANISM",
  ],
  [
    "ILLEGAL_SASL_STATE",
    "Kafka asks for no login there, or for another: correct EVENTFLOW_KAFKA_SASL_MECHANISM or the port in KAFKA_BOOTSTRAP_SERVERS",
  ],
]);

/**
 * What kafkajs 2.2 says where nobody answered a login. It makes the same error of that and of a refusal, and keeps no cause:
 * `src/broker/saslAuthenticator`, sentences of `src/network`.
 */
const UNANSWERED =
  /failed: (?:Request .* timed out|Closed connection|Connection (?:error|timeout|closed)|Failed to connect|Not connected)/;

const ACLS = '"deno task topics --acls" prints which are needed';

/**
 * Why Kafka denies something, as a sentence without its full stop; undefined if an error says nothing of the
 * kind. What was asked for is in front of it already.
 */
export function denialIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DeniedError) return error.message;
  if (error.name === "KafkaJSSASLAuthenticationError") {
    return UNANSWERED.test(error.message)
      ? undefined
      : `Kafka refuses the login (${error.message})`;
  }
  if (error instanceof UnwritableError) {
    const isDenied = denialIn(error.cause) !== undefined;
    const topics = error.topics.join(", ");
    return isDenied
      ? `Kafka denies Write on Topic ${topics}: ${ACLS}`
      : undefined;
  }
  const type = Reflect.get(error, "type");
  const what = RIGHTS.get(type);
  if (what !== undefined) {
    return `Kafka denies a right to ${what} (${type}): ${ACLS}`;
  }
  const login = LOGINS.get(type);
  if (login !== undefined) return login;
  // What is asked of several topics at once fails with an error for each.
  const several: unknown = Reflect.get(error, "errors");
  const all = Array.isArray(several)
    ? [...several, error.cause]
    : [error.cause];
  return all.map(denialIn).find((one) => one !== undefined);
}
