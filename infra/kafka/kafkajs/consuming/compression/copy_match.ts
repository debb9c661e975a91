import type { Buffer } from "node:buffer";

/** From here on one call that copies is quicker than a loop. */
const LONG = 24;

/**
 * Writes again what was written `distance` bytes before, which may reach into what is being written: the step
 * that all descendants of LZ77 share. Whoever calls has seen to it that all of it lies inside.
 */
export function copyMatch(
  { output, at, distance, length }: {
    output: Buffer;
    at: number;
    distance: number;
    length: number;
  },
): void {
  if (length >= LONG && distance >= length) {
    output.copyWithin(at, at - distance, at - distance + length);
  } else if (length >= LONG && distance === 1) {
    output.fill(output[at - 1] as number, at, at + length);
  } else {
    for (let i = at; i < at + length; i++) {
      output[i] = output[i - distance] as number;
    }
  }
}

/** Writes what the input has as it is. */
export function copyLiterals(
  { input, from, output, at, length }: {
    input: Buffer;
    from: number;
    output: Buffer;
    at: number;
    length: number;
  },
): void {
  if (length >= LONG) {
    input.copy(output, at, from, from + length);
  } else {
    for (let i = 0; i < length; i++) {
      output[at + i] = input[from + i] as number;
    }
  }
}
