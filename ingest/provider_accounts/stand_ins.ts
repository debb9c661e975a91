import { readFileSync } from "node:fs";
import { z } from "zod";
import type { EnvironmentName } from "./accounts.ts";
import { PaypalStandIn } from "./paypal.ts";

const Entry = z.object({
  provider: z.literal("paypal"),
  development: PaypalStandIn,
});

const File = z.object({ accounts: z.array(z.unknown()) });

/**
 * What stands in for PayPal, by a file of accounts: for who works out what a service may read, write and reach. What is wrong
 * with the file is for the service to say.
 *
 * @returns none outside of development
 */
export function standInsIn(
  path: string | undefined,
  environment: EnvironmentName,
): readonly PaypalStandIn[] {
  if (path === undefined || environment !== "development") return [];
  try {
    const { accounts } = File.parse(JSON.parse(readFileSync(path, "utf8")));
    return accounts.flatMap((one) =>
      Entry.safeParse(one).data?.development ?? []
    );
  } catch {
    return [];
  }
}
