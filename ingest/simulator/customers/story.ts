import type { Step } from "../voices/life.ts";
import type { Complaint, Decline } from "../voices/payment.ts";
import type { Purchase } from "./purchase.ts";
import { exponential, oneByWeight, type Random } from "./random.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Share of payments that issuers approve, if nothing is wrong. */
export const USUAL_APPROVAL = 0.92;

/** Nobody learns of a fraud sooner, in milliseconds at pace 1: a cardholder has to see it first. */
export const DISPUTE_DELAY_MS = 7 * DAY_MS;
const MAX_DISPUTE_DELAY_MS = 45 * DAY_MS;

/** A fraud that nobody disputes is never known for one, as in life. */
const DISPUTED_FRAUD_SHARE = 0.85;
/** A customer who calls fraud what was none. */
const CALLED_FRAUD_SHARE = 0.0002;
const OTHER_DISPUTE_SHARE = 0.0015;
const REFUND_SHARE = 0.04;
const CANCEL_SHARE = 0.02;

const usualDeclines: readonly (readonly [number, Decline])[] = [
  [55, "insufficient_funds"],
  [28, "do_not_honor"],
  [14, "expired_card"],
  [3, "stolen_card"],
];

const declinesOfFraud: readonly (readonly [number, Decline])[] = [
  [50, "stolen_card"],
  [25, "do_not_honor"],
  [15, "expired_card"],
  [10, "insufficient_funds"],
];

/** What becomes of a purchase. */
export type Story = {
  readonly steps: readonly Step[];
  /** When each step is, in milliseconds after the first. */
  readonly afterMs: readonly number[];
  /** Of a payment that failed. */
  readonly decline: Decline;
  /** Of a payment that is disputed. */
  readonly complaint: Complaint;
};

/** What is out of the ordinary for all payments at a provider. */
export type Weather = {
  /** Share of payments that are approved. */
  readonly approval?: number;
  /** What issuers say that do not approve. */
  readonly decline?: Decline;
};

/** @param of.pace how long everything takes beside real payments: 1 is as long */
export function storyOf(
  purchase: Purchase,
  { weather = {}, pace, random }: {
    readonly weather?: Weather;
    readonly pace: number;
    readonly random: Random;
  },
): Story {
  const { approval = USUAL_APPROVAL, fraud } = purchase;
  const passing = (weather.approval ?? USUAL_APPROVAL) / USUAL_APPROVAL;
  const isApproved = random() < approval * passing;
  const { steps, complaint = "fraud" } = isApproved
    ? planOf(purchase, random)
    : { steps: ["failed"] as const };
  return {
    steps,
    afterMs: timesOf(steps, pace, random),
    decline: weather.decline ??
      oneByWeight(
        fraud === undefined ? usualDeclines : declinesOfFraud,
        random,
      ),
    complaint,
  };
}

type Plan = { readonly steps: readonly Step[]; readonly complaint?: Complaint };

function planOf({ fraud, size }: Purchase, random: Random): Plan {
  const chance = random();
  if (fraud !== undefined) {
    return chance < DISPUTED_FRAUD_SHARE
      ? disputed("fraud", random)
      : { steps: ["authorized", "captured"] };
  }
  const plans: readonly (readonly [share: number, plan: () => Plan])[] = [
    [CALLED_FRAUD_SHARE, () => disputed("fraud", random)],
    [
      OTHER_DISPUTE_SHARE,
      () => disputed(random() < 0.8 ? "not_received" : "duplicate", random),
    ],
    [CANCEL_SHARE, () => ({ steps: ["authorized", "canceled"] })],
    [REFUND_SHARE, () => ({ steps: refunded(size, random) })],
  ];
  let at = chance;
  const plan = plans.find(([share]) => (at -= share) < 0)?.[1];
  return plan?.() ?? { steps: ["authorized", "captured"] };
}

/** Of the smallest payments there is no third to give back. */
const MIN_SIZE_IN_PARTS = 0.1;

function refunded(size: number, random: Random): Step[] {
  const paid: Step[] = ["authorized", "captured"];
  const chance = random();
  if (chance < 0.6 || size < MIN_SIZE_IN_PARTS) return [...paid, "refunded"];
  if (chance < 0.85) return [...paid, "partially_refunded"];
  return [...paid, "partially_refunded", "refunded"];
}

function disputed(complaint: Complaint, random: Random): Plan {
  const verdict = random() < 0.75 ? "dispute_lost" : "dispute_won";
  return {
    steps: ["authorized", "captured", "dispute_opened", verdict],
    complaint,
  };
}

function timesOf(
  steps: readonly Step[],
  pace: number,
  random: Random,
): number[] {
  let at = 0;
  return steps.map((step, nth) => {
    if (nth > 0) at += Math.max(1, Math.floor(waitMs(step, random) * pace));
    return at;
  });
}

/** How long after the step before, in milliseconds at pace 1. */
function waitMs(step: Step, random: Random): number {
  switch (step) {
    case "captured":
      return random() < 0.6
        ? 1_000 + 4_000 * random()
        : Math.min(2 * DAY_MS, exponential(2 * HOUR_MS, random));
    case "partially_refunded":
    case "refunded":
      return HOUR_MS + exponential(4 * DAY_MS, random);
    case "canceled":
      return 10 * MINUTE_MS + exponential(HOUR_MS, random);
    case "dispute_opened":
      return Math.min(
        MAX_DISPUTE_DELAY_MS,
        DISPUTE_DELAY_MS + exponential(5 * DAY_MS, random),
      );
    case "dispute_won":
    case "dispute_lost":
      return 7 * DAY_MS + exponential(7 * DAY_MS, random);
    default:
      return 0;
  }
}
