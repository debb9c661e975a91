/**
 * The providers whose webhooks are taken in. To add one takes a folder and a line.
 *
 * @module
 */
import type { Settings } from "#runtime/config.ts";
import { paymentProvider } from "./payment_provider/payment_provider.ts";

export const providers = [paymentProvider] as const;

export type AnyProvider = (typeof providers)[number];

export function providerNamed(wanted: string): AnyProvider | undefined {
  return providers.find(({ name }) => name === wanted);
}

/** The settings of all of them. */
export const providerSettings: AllOf<AnyProvider["settings"]> = Object.assign(
  {},
  ...providers.map(({ settings }) => settings),
);

/** All members of a union at once. */
type AllOf<U extends Settings> =
  (U extends unknown ? (one: U) => void : never) extends
    (one: infer All extends Settings) => void ? All : never;
