/**
 * What a ranking of payments is worth.
 *
 * @module
 */

/** Scores of payments and whether each was a fraud, in the same order. */
export type Scored = {
  readonly scores: Float64Array;
  readonly isFraud: Uint8Array;
  /** The day of each, as a number: only days are told apart by it. */
  readonly day: Float64Array;
};

/**
 * The area under the ROC curve: how likely a fraud has a higher score than another payment, a tie counted half.
 *
 * @returns NaN if all payments are of one kind
 */
export function auc({ scores, isFraud }: Scored): number {
  const order = ascending(scores);
  let [ranks, frauds, n] = [0, 0, 0];
  while (n < order.length) {
    let end = n + 1;
    while (
      end < order.length && scores[order[end] ?? 0] === scores[order[n] ?? 0]
    ) end++;
    const rank = (n + end + 1) / 2;
    for (; n < end; n++) {
      if (isFraud[order[n] ?? 0] !== 1) continue;
      ranks += rank;
      frauds++;
    }
  }
  const others = order.length - frauds;
  return (ranks - frauds * (frauds + 1) / 2) / (frauds * others);
}

/**
 * Average precision: the precision at each score, weighted by the recall that it adds. As scikit-learn has it: ties are taken
 * together, and nothing is interpolated.
 *
 * @returns NaN if there is no fraud
 */
export function averagePrecision({ scores, isFraud }: Scored): number {
  const order = ascending(scores).reverse();
  const frauds = isFraud.reduce((sum, one) => sum + one, 0);
  let [found, sum, n] = [0, 0, 0];
  while (n < order.length) {
    const score = scores[order[n] ?? 0];
    const before = found;
    for (; n < order.length && scores[order[n] ?? 0] === score; n++) {
      found += isFraud[order[n] ?? 0] ?? 0;
    }
    sum += (found - before) * (found / n);
  }
  return sum / frauds;
}

/** The share of frauds among the payments with the highest scores of each day, as the mean of days. */
export function precisionAtTop(
  { scores, isFraud, day }: Scored,
  top: number,
): number {
  const days = Map.groupBy(scores.keys(), (n) => day[n] ?? 0);
  const shares = [...days.values()].map((rows) => {
    rows.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    const highest = rows.slice(0, top);
    return highest.reduce((sum, n) => sum + (isFraud[n] ?? 0), 0) / top;
  });
  return shares.reduce((sum, one) => sum + one, 0) / shares.length;
}

/** Payments of like scores: what was predicted of them, and how many were frauds. */
export type CalibrationBin = {
  /** All scores of the bin are below it, and none below that of the bin before. */
  readonly below: number;
  readonly payments: number;
  readonly predicted: number;
  readonly observed: number;
};

const BIN_EDGES = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.1];

/** The mean prediction beside the share of frauds, by ranges of scores. */
export function calibration({ scores, isFraud }: Scored): CalibrationBin[] {
  const bins = BIN_EDGES.map((below) => ({
    below,
    payments: 0,
    predicted: 0,
    frauds: 0,
  }));
  for (const [n, score] of scores.entries()) {
    const bin = bins[BIN_EDGES.findIndex((edge) => score < edge)];
    if (bin === undefined) continue;
    bin.payments++;
    bin.predicted += score;
    bin.frauds += isFraud[n] ?? 0;
  }
  return bins.filter(({ payments }) => payments > 0).map((bin) => ({
    below: bin.below,
    payments: bin.payments,
    predicted: bin.predicted / bin.payments,
    observed: bin.frauds / bin.payments,
  }));
}

/** The mean of |predicted - observed| over payments, by the ranges of `calibration`. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const payments = bins.reduce((sum, bin) => sum + bin.payments, 0);
  const off = bins.reduce(
    (sum, bin) => sum + bin.payments * Math.abs(bin.predicted - bin.observed),
    0,
  );
  return off / payments;
}

function ascending(scores: Float64Array): Uint32Array {
  const order = Uint32Array.from(scores.keys());
  return order.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b);
}
