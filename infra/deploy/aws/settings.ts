/**
 * What the stack on AWS is made by. Nothing here is a secret: secrets are made in the account, and stay in it.
 *
 * @module
 */
import { z } from "zod";
import {
  choice,
  type Config,
  flag,
  integer,
  list,
  optional,
  type Relation,
  type Setting,
  text,
} from "#runtime/config.ts";

const arn = (
  env: string,
  service: string,
  doc: string,
): Setting<string> => ({
  env,
  doc,
  schema: z.string().regex(
    new RegExp(`^arn:aws[\\w-]*:${service}:[\\w-]*:\\d*:\\S+$`),
    `must be the ARN of ${service}`,
  ),
});

export const awsSettings = {
  account: text("EVENTFLOW_AWS_ACCOUNT", { doc: "number of the account" }),
  region: text("EVENTFLOW_AWS_REGION", {
    doc: "region, such as eu-central-1",
  }),
  zones: list("EVENTFLOW_AWS_ZONES", {
    doc:
      "three of the region's zones, such as eu-central-1a,eu-central-1b,eu-central-1c",
  }),
  images: text("EVENTFLOW_AWS_IMAGES", {
    doc:
      "registry and folder of the images, such as 111122223333.dkr.ecr.eu-central-1.amazonaws.com/eventflow",
  }),
  version: text("EVENTFLOW_AWS_VERSION", { doc: "tag of the images" }),
  certificateArn: arn(
    "EVENTFLOW_AWS_CERTIFICATE_ARN",
    "acm",
    "certificate of the name that providers send webhooks to",
  ),
  isRunning: flag("EVENTFLOW_AWS_RUNNING", {
    fallback: "true",
    doc:
      "false: nothing runs yet, until the jobs have made topics, roles and tables",
  }),
  brokers: choice("EVENTFLOW_AWS_BROKERS", {
    values: ["express", "standard"],
    fallback: "express",
    doc: "express: MSK manages storage; standard: volumes of 600 GiB a broker",
  }),
  brokerSize: text("EVENTFLOW_AWS_BROKER_SIZE", {
    fallback: "m7g.large",
    doc: "size of each of three brokers",
  }),
  kafkaVersion: text("EVENTFLOW_AWS_KAFKA_VERSION", {
    fallback: "3.9.x",
    doc: "version of Kafka as MSK calls it, 3.9 or newer",
  }),
  databaseSize: text("EVENTFLOW_AWS_DATABASE_SIZE", {
    fallback: "m7g.large",
    doc: "size of the database, of which there is a second one in another zone",
  }),
  databaseGigabytes: integer("EVENTFLOW_AWS_DATABASE_GIB", {
    fallback: "200",
    min: 20,
    doc: "storage of the database to begin with; it grows to five times that",
  }),
  explainerModel: optional(text("EVENTFLOW_AWS_EXPLAINER_MODEL", {
    doc:
      "id of a foundation model of Bedrock that explains dead letters; unset: the desk explains by rules, and may not use Bedrock",
  })),
};

export type AwsConfig = Config<typeof awsSettings>;

export const awsRelations: readonly Relation<typeof awsSettings>[] = [
  ({ zones }) =>
    zones.length === 3
      ? undefined
      : `EVENTFLOW_AWS_ZONES must be three zones, as each record is in three: current value ${zones.join()}`,
];
