/**
 * What there is on AWS before anything runs, in numbers and names: CDK's stack is made by them, and Terraform reads them as JSON.
 *
 * @module
 */
import { intakePort } from "./services.ts";

export const ground = {
  kafka: {
    name: "eventflow",
    /** Where MSK takes logins by IAM, over TLS. */
    port: 9098,
    /** 1,000 events a second for a week, on three replicas, are 1.6 TB (docs/performance.md). */
    gigabytesABroker: 600,
    /** Of Express brokers most is AWS's to say. */
    settings: {
      express: { "auto.create.topics.enable": "false" },
      standard: {
        "auto.create.topics.enable": "false",
        "default.replication.factor": "3",
        "min.insync.replicas": "2",
        "unclean.leader.election.enable": "false",
        "transaction.state.log.replication.factor": "3",
        "transaction.state.log.min.isr": "2",
      },
    },
  },
  database: {
    /** As `databaseSettings` has it. */
    name: "eventflow",
    port: 5432,
    version: "18.3",
    dba: "dba",
    /** What a password may not have: it stands in a URL. */
    notInAPassword: "\"@/\\ %:?#[]{}<>^`|&=+$,;!*'()~",
    backupDays: 14,
    /** Days after which the DBA's password is another one. */
    rotationDays: 30,
  },
  door: {
    port: intakePort,
    /** Not /ready: while Kafka is away no intake is, and to replace them all would mend nothing. */
    health: "/health",
    /** Where providers send to: what comes there is proven by its signature, and WAF leaves it alone. */
    webhooks: "/api/webhooks/",
    /** Of AWS's, in their order, for all else. */
    rules: [
      "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesKnownBadInputsRuleSet",
    ],
    /** Requests of one address in five minutes, of what are no webhooks. */
    mostRequests: 1_000,
    logDays: 90,
  },
  logDays: 30,
} as const;

/**
 * What people put in: two webhook secrets that are valid side by side, so that one is exchanged while the other
 * is in use, and who may log in to the desk.
 */
export const secrets = {
  webhook: {
    name: "eventflow/webhook-secret",
    description: "What providers sign with",
  },
  webhook_other: {
    name: "eventflow/webhook-secret-other",
    description: "Valid beside the first, while one is exchanged",
  },
  desk_tokens: {
    name: "eventflow/desk-tokens",
    description:
      "name:role:token of who may log in to the dead-letter desk, several separated by commas",
  },
} as const;
