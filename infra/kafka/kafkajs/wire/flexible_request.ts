/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
import type Decoder from "kafkajs/src/protocol/decoder.js";
import type { Broker } from "kafkajs/src/broker/index.js";
import { askBroker, type BrokerRequest } from "./broker_request.ts";

/**
 * Sends a request of one of the flexible versions (KIP-482), which kafkajs cannot write: header and body end
 * in tagged fields, of which we send none.
 *
 * @param request what it is, what it says before its last tagged fields, and how its answer is read behind the
 *   header's
 */
export async function askFlexibly<T>(
  broker: Pick<Broker, "connectionPool">,
  { write, read, ...request }: BrokerRequest<T>,
): Promise<T> {
  return await askBroker(broker, {
    ...request,
    write: (encoder) =>
      write(encoder.writeUVarInt(NO_TAGS)).writeUVarInt(NO_TAGS),
    read(decoder) {
      skipTags(decoder);
      return read(decoder);
    },
  });
}

export const NO_TAGS = 0;

/**
 * Passes over tagged fields: how many there are, and of each its tag, its bytes and those. kafkajs's own
 * `readTaggedFields` takes the number of bytes for one that is written one higher, as a string's is, and so reads on a byte too early.
 */
export function skipTags(decoder: Decoder): void {
  for (let left = countOf(decoder); left > 0; left--) {
    decoder.readUVarInt(); // the tag
    decoder.forward(countOf(decoder));
  }
}

/** A compact array's length is written one higher, so that 0 can stand for none. */
export function lengthOf(elements: number): number {
  return elements + 1;
}

/** Reads a compact array of structures, each of which ends in tagged fields. */
export function readStructures<T>(
  decoder: Decoder,
  readOne: (decoder: Decoder) => T,
): T[] {
  return Array.from({ length: Math.max(0, countOf(decoder) - 1) }, () => {
    const one = readOne(decoder);
    skipTags(decoder);
    return one;
  });
}

/** @throws {Error} if more are said to follow than there are bytes left, which kafkajs would go on to read as nothing */
function countOf(decoder: Decoder): number {
  const count = decoder.readUVarInt();
  const left = decoder.buffer.length - decoder.offset;
  if (count > left + 1) {
    throw new Error(`An answer says ${count} of what it has ${left} bytes for`);
  }
  return count;
}
