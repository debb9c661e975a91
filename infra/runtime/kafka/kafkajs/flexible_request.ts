/// <reference path="./broker.d.ts" />
/// <reference path="./decoder.d.ts" />
/// <reference path="./protocol.d.ts" />
import Decoder from "kafkajs/src/protocol/decoder.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import protocolErrors from "kafkajs/src/protocol/error.js";
import type { Broker } from "kafkajs/src/broker/index.js";

/**
 * Sends a request of one of the flexible versions (KIP-482), which kafkajs cannot write: header and body end
 * in tagged fields, of which we send none.
 *
 * @param request what it is, what it says before its last tagged fields, and how its answer is read behind the
 *   header's
 */
export async function askFlexibly<T>(
  { connectionPool }: Pick<Broker, "connectionPool">,
  { apiKey, apiVersion, apiName, write, read }: {
    apiKey: number;
    apiVersion: number;
    apiName: string;
    write: (encoder: Encoder) => Encoder;
    read: (decoder: Decoder) => T;
  },
): Promise<T> {
  return await connectionPool.send({
    request: {
      apiKey,
      apiVersion,
      apiName,
      encode: () =>
        Promise.resolve(
          write(new Encoder().writeUVarInt(NO_TAGS)).writeUVarInt(NO_TAGS),
        ),
    },
    response: {
      decode(answer) {
        const decoder = new Decoder(answer);
        decoder.readTaggedFields();
        return Promise.resolve(read(decoder));
      },
      parse: (answer) => Promise.resolve(answer),
    },
    logResponseError: false,
  });
}

export const NO_TAGS = 0;

/** A compact array's length is written one higher, so that 0 can stand for none. */
export function lengthOf(elements: number): number {
  return elements + 1;
}

/** Reads a compact array of structures, each of which ends in tagged fields. */
export function readStructures<T>(
  decoder: Decoder,
  readOne: (decoder: Decoder) => T,
): T[] {
  return Array.from({ length: Math.max(0, decoder.readUVarInt() - 1) }, () => {
    const one = readOne(decoder);
    decoder.readTaggedFields();
    return one;
  });
}

/** @throws what an error code stands for, as kafkajs names it */
export function throwIfError(errorCode: number): void {
  if (errorCode !== 0) throw protocolErrors.createErrorFromCode(errorCode);
}
