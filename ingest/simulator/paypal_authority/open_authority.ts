import { readFile, writeFile } from "node:fs/promises";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { PaypalAccount } from "../../provider_accounts/paypal.ts";
import { createPaypalAuthority, type PaypalAuthority } from "./authority.ts";

/**
 * Makes the authority of accounts with a stand-in, and writes what it certifies where each of them says.
 *
 * @param nowMs milliseconds since the epoch
 * @throws {StartError} if a file cannot be written
 */
export async function openAuthority(
  accounts: readonly PaypalAccount[],
  nowMs: number,
): Promise<PaypalAuthority> {
  const files = new Set(
    accounts.flatMap(({ development }) => development?.root_file ?? []),
  );
  const earlier = await Promise.all(
    [...files].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  const authority = createPaypalAuthority({ nowMs, earlier: earlier.join("") });
  for (const { environment } of accounts) authority.signerOf(environment);
  for (const path of files) {
    try {
      await writeFile(path, authority.known());
    } catch (cause) {
      throw new StartError(
        `Cannot start simulator: the root_file of an account of PayPal cannot be written: ${
          describeError(cause)
        }.`,
        { cause, exitCode: exitCodes.config },
      );
    }
  }
  return authority;
}
