import { Buffer } from "node:buffer";
import type { RecordHeader } from "./port.ts";

export function header(name: string, value: string): RecordHeader {
  return { name, value: Buffer.from(value, "utf8") };
}

/** The text of the first header of a name. */
export function headerText(
  headers: readonly RecordHeader[],
  name: string,
): string | undefined {
  return headers.find((one) => one.name === name)?.value.toString("utf8");
}
