import { Buffer } from "node:buffer";
import { DeskRefusal } from "../../../refusal.ts";

/** What a text area keeps as it is: no controls but tabs and ends of lines. */
const KEPT = /^(?:[^\p{Cc}]|[\t\n\r])*$/u;

/**
 * A body as a text area takes it.
 *
 * @throws {DeskRefusal} if a text area would not give back what nobody touched
 */
export function editableText(value: Buffer | null): string {
  const text = value?.toString("utf8") ?? "";
  if (!Buffer.from(text, "utf8").equals(value ?? Buffer.alloc(0))) {
    throw new DeskRefusal(
      422,
      "The body is not UTF-8, so that it cannot be edited as a text.",
    );
  }
  if (!KEPT.test(text)) {
    throw new DeskRefusal(
      422,
      "The body has control characters, which a form does not keep: edit it by a patch.",
    );
  }
  return text;
}

/**
 * What somebody made of a body. Browsers send every end of a line as CRLF; so what is the same at the beginning and at the end is
 * taken from the body itself, byte for byte.
 */
export function editedBody(original: string, sent: string): Buffer {
  const to = lines(sent);
  const [from, places] = withPlaces(original);
  let start = 0;
  while (
    start < from.length && start < to.length && from[start] === to[start]
  ) {
    start++;
  }
  let end = 0;
  while (
    end < from.length - start && end < to.length - start &&
    from[from.length - 1 - end] === to[to.length - 1 - end]
  ) end++;
  const middle = to.slice(start, to.length - end);
  const ending = original.includes("\r\n") ? "\r\n" : "\n";
  return Buffer.from(
    original.slice(0, places[start]) + middle.replaceAll("\n", ending) +
      original.slice(places[from.length - end]),
  );
}

function lines(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

/** A text with ends of lines alike, and where each of its characters, and its end, is in the text. */
function withPlaces(text: string): [string, number[]] {
  const places: number[] = [];
  for (let at = 0; at < text.length; at++) {
    places.push(at);
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
  }
  places.push(text.length);
  return [lines(text), places];
}
