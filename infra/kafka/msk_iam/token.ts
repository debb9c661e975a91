/**
 * The token by which an IAM role logs in to Amazon MSK, as SASL/OAUTHBEARER carries it: a presigned URL of
 * `kafka-cluster:Connect` (AWS Signature Version 4, by query), in base64url.
 *
 * AWS has a package for it, aws-msk-iam-sasl-signer-js. What it signs is the same to the byte (`token.test.ts`), by
 * the library that is called here. Its 1.0.3 is not used: credentials that end within 15 minutes make it write a
 * fraction into `X-Amz-Expires`, which AWS defines as a whole number; it loads clients of STS, SSO and Cognito at its
 * import, which read variables that the intake has no right to; and it brings 75 packages.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { TransientError } from "#runtime/errors.ts";
import type { Token } from "../oauth/tokens.ts";
import type { Credentials } from "./credentials.ts";

/** MSK takes none that is longer. */
const MAX_SECONDS = 900;

/** Told to the brokers beside the signature, as AWS's own signers do it. */
const USER_AGENT = "eventflow";

/**
 * Signs a token that ends no later than the credentials it is signed with.
 *
 * @throws {TransientError} if these have ended
 */
export async function signToken(
  { credentials, region, nowMs }: {
    credentials: Credentials;
    region: string;
    /** Since the epoch. */
    nowMs: number;
  },
): Promise<Token> {
  // A signature's time and life have whole seconds.
  const signedMs = Math.floor(nowMs / 1_000) * 1_000;
  const endsMs = credentials.expiration?.getTime() ?? Infinity;
  const seconds = Math.min(
    MAX_SECONDS,
    Math.floor((endsMs - signedMs) / 1_000),
  );
  if (endsMs - nowMs < 1_000) {
    throw new TransientError(
      `The AWS credentials have ended at ${credentials.expiration?.toISOString()}, and there are none that are later`,
    );
  }
  const [{ SignatureV4 }, { Hash }] = await Promise.all([
    import("@smithy/signature-v4"),
    import("@smithy/core/serde"),
  ]);
  const hostname = `kafka.${region}.amazonaws.com`;
  const signer = new SignatureV4({
    service: "kafka-cluster",
    region,
    credentials: { ...credentials, expiration: undefined },
    sha256: Hash.bind(null, "sha256"),
    applyChecksum: false,
  });
  const { query = {} } = await signer.presign({
    method: "GET",
    protocol: "https:",
    hostname,
    path: "/",
    headers: { host: hostname },
    query: { Action: "kafka-cluster:Connect" },
  }, { expiresIn: seconds, signingDate: new Date(signedMs) });
  const parameters = new URLSearchParams({
    ...Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, String(value)]),
    ),
    "User-Agent": USER_AGENT,
  });
  parameters.sort();
  return {
    value: Buffer.from(`https://${hostname}/?${parameters}`)
      .toString("base64url"),
    expiresMs: signedMs + 1_000 * seconds,
  };
}
