import { INTERNAL } from "#contracts/headers.ts";
import type { Log } from "#runtime/log.ts";
import type { Metrics } from "#runtime/metrics.ts";
import { rows } from "../providers/rows.ts";
import { providers } from "../providers/table.ts";
import { cardDataKinds } from "./card_data.ts";
import { type ClearedCardData, kindsIn } from "./clear_card_data.ts";

/** At most one line in this time tells of each account, whatever it sends. */
export const TELL_EVERY_MS = 10_000;

/** Whose webhook it was: one that is proven, so that these are few. */
export type CardDataSender = {
  /** The name of one, or `INTERNAL`. */
  readonly provider: string;
  readonly account?: string | undefined;
};

/** Counts and tells of card data by who sends it and under which keys; what was sent is not there to be told. */
export function createCardDataEvents(
  { metrics, log, clock }: {
    metrics: Metrics;
    log: Log;
    /** Milliseconds since the epoch. */
    clock: () => number;
  },
): { cleared(cardData: ClearedCardData, sender: CardDataSender): void } {
  const counted = metrics.counter({
    name: "eventflow_intake_card_data_total",
    answers: "Who sends card numbers or security codes, which nobody may keep?",
    help:
      "Webhooks that had a card number or a card's security code, by who sent it and what became of it.",
    labels: {
      provider: [...providers, ...rows].map(({ name }) => name)
        .concat(INTERNAL),
      kind: cardDataKinds,
      outcome: ["masked", "refused"],
    },
  });
  const untold = new Map<string, { webhooks: number; toldMs: number }>();

  return {
    cleared(cardData, { provider, account }) {
      const { outcome, found } = cardData;
      for (const kind of kindsIn(cardData)) {
        counted.add(1, { provider, kind, outcome });
      }
      const sender = account === undefined
        ? provider
        : `${provider}/${account}`;
      const line = `${sender} ${outcome}`;
      const { webhooks, toldMs } = untold.get(line) ??
        { webhooks: 0, toldMs: -Infinity };
      const nowMs = clock();
      const isDue = nowMs - toldMs >= TELL_EVERY_MS;
      untold.set(line, {
        webhooks: isDue ? 0 : webhooks + 1,
        toldMs: isDue ? nowMs : toldMs,
      });
      if (!isDue) return;
      log.warn(
        "Card data of {sender} was {outcome}, in {webhooks} webhooks: under the key {keys}",
        {
          sender,
          outcome,
          webhooks: webhooks + 1,
          keys: found.map(({ name }) => name.replaceAll(" ", "_")).join(", "),
        },
      );
    },
  };
}
