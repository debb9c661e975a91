import type { Buffer } from "node:buffer";
import { isJsonObject, parseJsonObject } from "#contracts/parse.ts";

/** Of a fact's value: paths in its payload of what the provider's signature does not cover. Empty of what says none. */
export function unsignedIn(value: Buffer | null): readonly string[] {
  const json = parseJsonObject(value);
  const payload = json.ok ? json.value.payload : undefined;
  const paths = isJsonObject(payload) ? payload.unsigned : undefined;
  return Array.isArray(paths)
    ? paths.filter((path) => typeof path === "string")
    : [];
}

/** As a sentence without its full stop; empty if there are none. */
export function unsignedText(paths: readonly string[]): string {
  return paths.length === 0
    ? ""
    : `the provider did not sign: ${paths.join(", ")}`;
}
