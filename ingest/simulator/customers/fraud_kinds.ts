/** The ways in which payments are made that nobody who owns the card made. */
export const fraudKinds = [
  /** Somebody has a customer's card, and spends as long as it lasts. */
  "stolen-instrument",
  /** A merchant's checkout is read along, and a part of those who pay there are robbed. */
  "compromised-merchant",
  /** Few payments, each far above what the customer spends otherwise. */
  "unusual-amounts",
  /** Many cards are tried with small payments, and most of them fail. */
  "card-testing",
] as const;
export type FraudKind = (typeof fraudKinds)[number];
