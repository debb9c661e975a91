/**
 * What an anomaly says, in words for people.
 *
 * @module
 */
import type {
  Anomaly,
  AnomalySegment,
  AnomalySignal,
} from "#contracts/anomaly.ts";

type Words = {
  /** What has moved, as a heading. */
  readonly moved: (anomaly: Pick<Anomaly, "direction" | "series">) => string;
  /** What is counted. */
  readonly counted: readonly [one: string, many: string];
  /** What the counts are counted against, if it is no time. */
  readonly against: string | null;
};

const more = (what: string) => () => `More ${what} than usual`;

const words: Readonly<Record<AnomalySignal, Words>> = {
  volume: {
    moved: ({ direction }) =>
      `${direction === "down" ? "Fewer" : "More"} payments than usual`,
    counted: ["payment", "payments"],
    against: null,
  },
  approval: {
    moved: ({ direction }) =>
      `${
        direction === "down" ? "A smaller" : "A larger"
      } part of payments is approved`,
    counted: ["failed payment", "failed payments"],
    against: "payments",
  },
  decline_mix: {
    moved: ({ series }) =>
      `More payments fail for reasons of class ${
        series.replace(/^declines_/, "")
      }`,
    counted: ["failed payment of this class", "failed payments of this class"],
    against: "failed payments",
  },
  amounts: {
    moved: ({ series }) =>
      `More payments are very ${series === "amounts_low" ? "small" : "large"}`,
    counted: ["such payment", "such payments"],
    against: "payments",
  },
  duplicates: {
    moved: () => "More events come again than usual",
    counted: ["repeated event", "repeated events"],
    against: "events",
  },
  refused_signatures: {
    moved: more("refused signatures"),
    counted: ["refused webhook", "refused webhooks"],
    against: null,
  },
  unmapped: {
    moved: more("webhooks without a mapping"),
    counted: ["unmapped webhook", "unmapped webhooks"],
    against: "events",
  },
  disputes: {
    moved: more("disputes"),
    counted: ["dispute", "disputes"],
    against: null,
  },
};

/** What has moved, and how: `Fewer payments than usual`. */
export function movedText(
  anomaly: Pick<Anomaly, "signal" | "series" | "direction">,
): string {
  return words[anomaly.signal].moved(anomaly);
}

/** Where: `stripe, account eu, in EUR, by card visa`, or `everywhere`. */
export function segmentText(
  { provider, account, currency, family }: AnomalySegment,
): string {
  const parts = [
    provider,
    account === undefined ? undefined : `account ${account}`,
    currency === undefined ? undefined : `in ${currency}`,
    family === undefined ? undefined : `by ${family}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "everywhere" : parts.join(", ");
}

/** What was counted and what is usual, as a sentence: `2 payments were counted in 5 minutes; usual are 31.2.` */
export function meaningOf(
  { signal, observed, expected, evidence, state }: Pick<
    Anomaly,
    "signal" | "observed" | "expected" | "evidence" | "state"
  >,
): string {
  const { counted: [one, many], against } = words[signal];
  const exposure = numberText(evidence.exposure);
  const among = against === null
    ? `in ${exposure} ${evidence.exposure === 1 ? "minute" : "minutes"}`
    : `among ${exposure} ${against}`;
  const until = state === "opened" ? "until it was told" : "until it was over";
  return `From its beginning ${until}, ${numberText(observed)} ${
    observed === 1 ? `${one} was` : `${many} were`
  } counted ${among}; usual are ${numberText(expected)}.`;
}

/** `1,234.5`: with a decimal below a hundred, without one above. */
export function numberText(value: number): string {
  return value.toLocaleString("en-US", {
    maximumFractionDigits: value < 100 ? 1 : 0,
  });
}

/** Whether it lasts, or why it ended: `recovered`, `became usual`. */
export function endText(
  { closed_because }: Pick<Anomaly, "closed_because">,
): string {
  return closed_because === null ? "open" : closed_because.replaceAll("_", " ");
}
