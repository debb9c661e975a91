import { Buffer } from "node:buffer";
import type { RecordHeader } from "./port.ts";

export function header(name: string, value: string): RecordHeader {
  return { name, value: bytesOf(value) };
}

/** What is longer is copied faster by the runtime. */
const SHORT = 128;

/** Short ASCII is copied here: on Deno the runtime's own encoder takes four times as long for it, and the intake has some for each request. */
function bytesOf(text: string): Buffer {
  const { length } = text;
  if (length > SHORT) return Buffer.from(text, "utf8");
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return Buffer.from(text, "utf8");
    bytes[at] = code;
  }
  return bytes;
}

/** The text of the first header of a name. */
export function headerText(
  headers: readonly RecordHeader[],
  name: string,
): string | undefined {
  // A loop of its own: it is asked for several names of every record, of which most are not there.
  for (const one of headers) {
    if (one.name === name) return one.value.toString("utf8");
  }
  return undefined;
}
