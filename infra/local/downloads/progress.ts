/** How often a person is told that something goes on. */
const EVERY_MS = 5_000;

/** Says how far something long is, every few seconds, until it is disposed. */
export function sayProgress(
  say: (line: string) => void,
  /** Such as "31 of 92 files". */
  howFar: () => string,
): Disposable {
  const began = Date.now();
  const timer = setInterval(
    () => say(`  … ${howFar()} after ${secondsSince(began)}`),
    EVERY_MS,
  );
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** @param began as `Date.now()` has it */
export function secondsSince(began: number): string {
  return `${Math.round((Date.now() - began) / 1000)} s`;
}

export function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
