import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two texts are one, in a time that says nothing of where they differ, nor of how long the other one is. */
export function isSameSecret(given: string, known: string): boolean {
  const [a, b] = [given, known].map((text) =>
    createHash("sha256").update(text).digest()
  );
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
