import { readFile } from "node:fs/promises";
import { z } from "zod";
import { describeError, TransientError } from "#runtime/errors.ts";
import { ask } from "../oauth/ask.ts";
import { containerCredentialsUrl, type MskIamConfig } from "./settings.ts";

/** What a role signs with, for a while. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Absent if they do not end. */
  readonly expiration?: Date | undefined;
};

/** The address is on this machine, and a login waits for it. */
const TIMEOUT_MS = 1_000;

/** As ECS ("Task IAM role") and EKS Pod Identity answer. */
const Given = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().min(1),
  Expiration: z.iso.datetime({ offset: true }),
});

/**
 * Asks for the credentials of whoever this process is to AWS. They are never kept: what is signed with them is, and is
 * what ends with them. AWS has a package for it, @aws-sdk/credential-provider-http, which is not used: its 3.972.87 waits for good
 * for an endpoint that does not answer, and shows a part of an answer that is no JSON.
 *
 * @throws {TransientError} if there are none to be had, with nothing of the answer in it
 */
export async function readCredentials(
  config: MskIamConfig,
): Promise<Credentials> {
  const url = containerCredentialsUrl(config);
  if (url === undefined) return personsCredentials(config);
  try {
    // Once more: a login that fails costs more than a second question.
    return await rolesCredentials(url, config)
      .catch(() => rolesCredentials(url, config));
  } catch (error) {
    throw new TransientError(
      `Cannot get the credentials of this task's role from ${
        new URL(url).host
      } (${describeError(error)})`,
    );
  }
}

async function rolesCredentials(
  url: string,
  { awsContainerTokenFile: file }: MskIamConfig,
): Promise<Credentials> {
  const { status, text } = await ask(url, {
    method: "GET",
    headers: {
      ...file !== undefined && {
        authorization: (await readFile(file, "utf8")).trim(),
      },
    },
    timeoutMs: TIMEOUT_MS,
  });
  if (status !== 200) throw new Error(`it answers ${status}`);
  const given = Given.safeParse(parse(text));
  if (!given.success) throw new Error("it answers with no credentials");
  return {
    accessKeyId: given.data.AccessKeyId,
    secretAccessKey: given.data.SecretAccessKey,
    sessionToken: given.data.Token,
    expiration: new Date(given.data.Expiration),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function personsCredentials(config: MskIamConfig): Credentials {
  const { awsCredentialExpiration: end } = config;
  return {
    accessKeyId: config.awsAccessKeyId ?? "",
    secretAccessKey: config.awsSecretAccessKey ?? "",
    sessionToken: config.awsSessionToken,
    ...(end !== undefined && { expiration: new Date(end) }),
  };
}
