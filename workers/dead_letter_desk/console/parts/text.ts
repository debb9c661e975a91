/** Controls and marks that nobody sees, and that turn what stands beside them around; halves of surrogate pairs. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text that strangers wrote, with what cannot be seen in it written out: `\u{202e}`. */
export function visible(text: string): string {
  return text.replaceAll(
    UNSEEN,
    (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** `1234567` as `1,234,567`. */
export function thousands(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 record`, `2,000 records` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}

/** An id by its first digits, as commands take it, too. */
export function short(id: string): string {
  return id.slice(0, 8);
}

const STEPS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

/** `4 min`: a duration in its largest unit, rounded down. */
export function durationText(ms: number): string {
  const [unitMs, unit] = STEPS.find(([unitMs]) => ms >= unitMs) ??
    [1_000, "s"];
  return `${thousands(Math.floor(Math.max(0, ms) / unitMs))} ${unit}`;
}

/** `2026-11-26 09:10:03`, in UTC. */
export function timeText(at: string): string {
  return at.slice(0, 19).replace("T", " ");
}

/** As a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./:=@+-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}
