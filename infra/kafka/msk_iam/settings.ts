/**
 * How one logs in to Amazon MSK by an IAM role. What AWS itself tells a task or a pod has the names that AWS gave it.
 *
 * @module
 */
import { z } from "zod";
import {
  type Config,
  file,
  optional,
  type Relation,
  secret,
  type Setting,
  text,
} from "#runtime/config.ts";
import { isLoopback } from "#runtime/development.ts";

const region: Setting<string> = {
  env: "EVENTFLOW_KAFKA_AWS_REGION",
  doc: "region of the MSK cluster, such as eu-central-1",
  schema: z.string().regex(
    /^[a-z]{2}(-[a-z]+)+-\d+$/,
    "must be the name of a region such as eu-central-1",
  ),
};

const expiration: Setting<string> = {
  env: "AWS_CREDENTIAL_EXPIRATION",
  doc: "when these end",
  schema: z.string().refine(
    (text) => !Number.isNaN(Date.parse(text)),
    "must be a time such as 2026-01-31T12:00:00Z",
  ),
};

export const mskIamSettings = {
  kafkaAwsRegion: optional(region),
  awsContainerRelativeUri: optional(
    secret("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", {
      doc: "path of the credentials of an ECS task's role, as ECS sets it",
    }),
  ),
  awsContainerFullUri: optional(text("AWS_CONTAINER_CREDENTIALS_FULL_URI", {
    doc: "URL of the credentials of a pod's role, as EKS Pod Identity sets it",
  })),
  awsContainerTokenFile: optional(
    file("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", {
      doc:
        "file of the token to ask for them with, as EKS Pod Identity sets it",
    }),
  ),
  awsAccessKeyId: optional(text("AWS_ACCESS_KEY_ID", {
    doc: "credentials of a person, as `aws configure export-credentials " +
      "--format env` prints them",
  })),
  awsSecretAccessKey: optional(
    secret("AWS_SECRET_ACCESS_KEY", { doc: "the secret of these" }),
  ),
  awsSessionToken: optional(
    secret("AWS_SESSION_TOKEN", { doc: "the session of these" }),
  ),
  awsCredentialExpiration: optional(expiration),
};

export type MskIamConfig = Config<typeof mskIamSettings>;

type Login = typeof mskIamSettings & {
  readonly kafkaSaslMechanism: Setting<string | undefined>;
};

/** What an ECS task is told is a path at this address. */
const ECS = "http://169.254.170.2";

/** Of ECS and of EKS Pod Identity: on the same machine, and asked without TLS. */
const OF_AWS: ReadonlySet<string> = new Set([
  "169.254.170.2",
  "169.254.170.23",
  "[fd00:ec2::23]",
]);

/** Where the credentials of a task's or a pod's role are; undefined if there are none of these. */
export function containerCredentialsUrl(
  { awsContainerRelativeUri: path, awsContainerFullUri: url }: MskIamConfig,
): string | undefined {
  return path === undefined ? url : `${ECS}${path}`;
}

/** A role's credentials come from one place, and a signature is for one region. */
export const mskLoginIsWhole: Relation<Login> = (config) => {
  if (config.kafkaSaslMechanism !== "aws-msk-iam") return undefined;
  const is = "EVENTFLOW_KAFKA_SASL_MECHANISM is aws-msk-iam, so";
  if (config.kafkaAwsRegion === undefined) {
    return `${is} EVENTFLOW_KAFKA_AWS_REGION must be set`;
  }
  const url = containerCredentialsUrl(config);
  if (url !== undefined) {
    return isCredentialsUrl(url)
      ? undefined
      : `${is} ${
        config.awsContainerRelativeUri === undefined
          ? mskIamSettings.awsContainerFullUri.env
          : mskIamSettings.awsContainerRelativeUri.env
      } must be as AWS sets it`;
  }
  return config.awsAccessKeyId === undefined ||
      config.awsSecretAccessKey === undefined
    ? `${is} there must be a role's credentials: of an ECS task (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI), of a pod by EKS Pod Identity (AWS_CONTAINER_CREDENTIALS_FULL_URI), or a person's (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)`
    : undefined;
};

/** What is asked for there is as good as a password, and is not sent over a network in the open. */
function isCredentialsUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  const { protocol, hostname } = url;
  return protocol === "https:" || protocol === "http:" &&
      (OF_AWS.has(hostname) || isLoopback(hostname));
}
