/** What was generated so far. */
export type FactCounts = {
  payments: number;
  facts: number;
  frauds: number;
  failed: number;
  disputes: number;
};

export function noCounts(): FactCounts {
  return { payments: 0, facts: 0, frauds: 0, failed: 0, disputes: 0 };
}
