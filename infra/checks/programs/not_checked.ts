/**
 * What a check does if its programs cannot be had: a machine of one's own may lack them; whoever merges may not.
 *
 * @module
 */
import process from "node:process";
import { say } from "#runtime/command_line.ts";

/** What is got, or nothing, which is said in a line. */
export async function had<T>(get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    // Not its cause, which repeats all that a program wrote.
    say(`Not checked: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** The exit code of a check that could not be made whole: in CI that is a failure. */
export function lack(): number {
  return process.env.CI === "true" ? 1 : 0;
}
