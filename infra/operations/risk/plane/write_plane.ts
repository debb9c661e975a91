import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { writtenFile } from "../../written_file.ts";
import { type PlaneOptions, planePayments } from "./plane.ts";
import { planeFacts } from "./plane_facts.ts";

const LINES_AT_ONCE = 5_000;

/**
 * Writes the facts of a plane into a file.
 *
 * @returns what was written, for a person
 */
export async function writePlane(
  to: string,
  options: PlaneOptions,
): Promise<string> {
  const file = await writtenFile(to);
  const payments = planePayments(options);
  const frauds = payments.filter(({ isFraud }) => isFraud).length;
  await pipeline(Readable.from(texts(planeFacts(payments))), file);
  return `${to} has ${payments.length.toLocaleString("en")} payments, ${
    frauds.toLocaleString("en")
  } of them frauds.`;
}

function* texts(lines: Iterable<string>): Generator<string> {
  let some: string[] = [];
  for (const line of lines) {
    some.push(line);
    if (some.length < LINES_AT_ONCE) continue;
    yield `${some.join("\n")}\n`;
    some = [];
  }
  if (some.length > 0) yield `${some.join("\n")}\n`;
}
