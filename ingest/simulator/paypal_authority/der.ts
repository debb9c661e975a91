/**
 * What certificates are written in: the distinguished encoding of ASN.1 (ITU-T X.690), as far as they need it.
 *
 * @module
 */

export type Der = Uint8Array;

/** @param tag of the kind of value, as one byte */
export function der(tag: number, ...parts: readonly Der[]): Der {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array([
    tag,
    ...lengthOf(length),
    ...new Uint8Array(length),
  ]);
  let at = bytes.length - length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

export const sequence = (...parts: readonly Der[]) => der(0x30, ...parts);
export const set = (...parts: readonly Der[]) => der(0x31, ...parts);
export const boolean = (value: boolean) =>
  der(0x01, Uint8Array.of(value ? 0xff : 0));
export const octets = (bytes: Uint8Array) => der(0x04, bytes);
export const utf8 = (text: string) => der(0x0c, new TextEncoder().encode(text));
export const NULL = der(0x05);

/** A number of 0 or more, from its bytes. */
export function integer(bytes: Uint8Array): Der {
  // One whose first bit is set would be below 0.
  const isHigh = (bytes[0] ?? 0) >= 0x80;
  return der(0x02, isHigh ? Uint8Array.of(0, ...bytes) : bytes);
}

/** @param unused bits at the end of the last byte */
export const bits = (bytes: Uint8Array, unused = 0) =>
  der(0x03, Uint8Array.of(unused, ...bytes));

/** What has a number of its own in what it stands in. */
export const tagged = (number: number, content: Der) =>
  der(0xa0 + number, content);

/** @param dotted such as `2.5.4.3` */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((part) => {
    const groups = [part & 0x7f];
    for (let rest = part >> 7; rest > 0; rest >>= 7) {
      groups.unshift((rest & 0x7f) | 0x80);
    }
    return groups;
  });
  return der(0x06, Uint8Array.from(bytes));
}

/** A time up to 2049, to the second. */
export function time(ms: number): Der {
  const text = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return der(0x17, new TextEncoder().encode(text.slice(2)));
}
