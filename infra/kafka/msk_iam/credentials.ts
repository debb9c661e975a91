import type { FromHttpOptions } from "@aws-sdk/credential-provider-http";
import { describeError, TransientError } from "#runtime/errors.ts";
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
const ASKING: FromHttpOptions = { timeout: 1_000, maxRetries: 1 };

/**
 * Asks for the credentials of whoever this process is to AWS. They are never kept: what is signed with them is, and is
 * what ends with them.
 *
 * @throws {TransientError} if there are none to be had
 */
export async function readCredentials(
  config: MskIamConfig,
): Promise<Credentials> {
  const url = containerCredentialsUrl(config);
  if (url === undefined) return personsCredentials(config);
  try {
    // Loaded where it is used: it reads variables of AWS, which nobody else has a right to.
    const { fromHttp } = await import("@aws-sdk/credential-provider-http");
    return await fromHttp({
      ...ASKING,
      awsContainerCredentialsFullUri: url,
      // Set, so that it does not look for them itself.
      awsContainerCredentialsRelativeUri: "",
      awsContainerAuthorizationToken: "",
      awsContainerAuthorizationTokenFile: config.awsContainerTokenFile ?? "",
    })();
  } catch (error) {
    throw new TransientError(
      `Cannot get the credentials of this task's role from ${
        new URL(url).host
      } (${describeError(error)})`,
    );
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
