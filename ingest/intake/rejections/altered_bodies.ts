import { Buffer } from "node:buffer";
import type { alterations } from "#contracts/rejected_webhook.ts";
import { jsonReprints } from "./json_reprints.ts";

type Alteration = (typeof alterations)[number];

/** What may have been signed in place of the body that arrived, and what was then done to it. */
export type Earlier = readonly [Alteration, Uint8Array];

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const MARK = "\ufeff";

/** Each body that the one which arrived is likely to have been; none twice, the likeliest first. */
export function* earlierBodies(arrived: Uint8Array): Generator<Earlier> {
  const seen = new Set([latin1Of(arrived)]);
  for (const earlier of all(arrived)) {
    const key = latin1Of(earlier[1]);
    if (seen.has(key)) continue;
    seen.add(key);
    yield earlier;
  }
}

function* all(arrived: Uint8Array): Generator<Earlier> {
  const text = decoded(arrived);
  if (text === undefined) return yield* ofNoUtf8(arrived);
  const was = (alteration: Alteration, earlier: string): Earlier => [
    alteration,
    Buffer.from(earlier, "utf8"),
  ];
  yield was("newline_added", text.replace(/\r?\n$/, ""));
  for (const end of ["\n", "\r\n"]) yield was("newline_removed", text + end);
  yield was("crlf_to_lf", text.replace(/\r?\n/g, "\r\n"));
  yield was("lf_to_crlf", text.replaceAll("\r\n", "\n"));
  yield was("byte_order_mark_removed", MARK + text);
  if (text.startsWith(MARK)) {
    yield was("byte_order_mark_added", text.slice(1));
  }
  yield was("white_space_added", text.trim());
  yield* ofOtherCharsets(text);
  if (text.includes("\0")) yield* ofUtf16(arrived);
  const bare = text.startsWith(MARK) ? text.slice(1) : text;
  for (const [alteration, json] of jsonReprints(bare)) {
    yield was(alteration, json);
  }
}

/** What is UTF-8 now, and was signed as something else. */
function* ofOtherCharsets(text: string): Generator<Earlier> {
  if (/^[\0-\xff]*$/.test(text) && /[\x80-\xff]/.test(text)) {
    const single = Buffer.from(text, "latin1");
    yield [
      decoded(single) === undefined ? "latin1_to_utf8" : "encoded_twice",
      single,
    ];
  }
  for (const mark of ["", MARK]) {
    const little = Buffer.from(mark + text, "utf16le");
    yield ["utf16_to_utf8", little];
    yield ["utf16_to_utf8", Buffer.from(little).swap16()];
  }
}

/** What is no UTF-8, and may have been signed as such. */
function* ofNoUtf8(arrived: Uint8Array): Generator<Earlier> {
  yield ["utf8_to_latin1", Buffer.from(latin1Of(arrived), "utf8")];
  yield* ofUtf16(arrived);
}

function* ofUtf16(arrived: Uint8Array): Generator<Earlier> {
  if (arrived.length % 2 !== 0) return;
  const little = Buffer.from(arrived);
  for (const units of [little, Buffer.from(little).swap16()]) {
    const text = units.toString("utf16le");
    yield [
      "utf8_to_utf16",
      Buffer.from(text.startsWith(MARK) ? text.slice(1) : text, "utf8"),
    ];
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("latin1");
}
