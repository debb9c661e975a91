/** Unix seconds. */
export function secondsOf(ms: number): number {
  return Math.floor(ms / 1_000);
}

/** RFC 3339 without fractions, in UTC. */
export function secondsText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The same, some days later: until when evidence is wanted. */
export function daysLater(ms: number, days: number): number {
  return ms + days * 86_400_000;
}

/** The day alone. */
export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
