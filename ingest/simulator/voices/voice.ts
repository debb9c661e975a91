import type { z } from "zod";
import type { ProviderName } from "../../provider_accounts/names.ts";
import type { Message, Signed } from "../message.ts";
import type { Moment, Step } from "./life.ts";

/** What a provider says of a moment. */
export type Told = {
  /** JSON, or the text itself. */
  readonly body: unknown;
  /** What it says in headers, other than the proof. They stay when it is sent again. */
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * A provider as the simulator speaks for it: its own shapes, ids, units and signature. It knows nothing of the code that verifies.
 */
export type Voice<A> = {
  readonly provider: ProviderName;
  /** What its accounts are set up with. */
  readonly settings: z.ZodType<A>;
  /** Decimals by currency, as this provider counts them. */
  readonly currencies: Readonly<Record<string, number>>;
  /** Whether the provider itself does not promise the order of a payment's events. */
  readonly isUnordered: boolean;
  /** Steps that it has no webhook for. */
  readonly silent: readonly Step[];
  tell(moment: Moment): Told;
  /**
   * Proves a message, as each attempt needs it.
   *
   * @param nowMs milliseconds since the epoch
   */
  sign(message: Message, account: A, nowMs: number): Signed;
  /** Why it cannot speak for an account; undefined if it can. */
  obstacleOf?(account: A): string | undefined;
};
