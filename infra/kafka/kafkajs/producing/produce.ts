/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
import type { Broker } from "kafkajs/src/broker/index.js";
import Decoder from "kafkajs/src/protocol/decoder.js";
import { protocolError } from "../wire/protocol_error.ts";
import {
  coordinatesOf,
  type ProduceRequest,
  type ProduceVersion,
} from "./produce_version.ts";

const API_KEY = 0;

/**
 * Asks a broker to append batches, and waits until all in-sync replicas have them.
 *
 * @returns for each batch the error it was refused with; undefined if it is written
 * @throws if no answer comes: each batch may be written or not
 */
export async function produce(
  { connectionPool }: Broker,
  request: ProduceRequest,
  { version, write, read }: ProduceVersion,
): Promise<readonly (Error | undefined)[]> {
  const { errors } = await connectionPool.send({
    request: {
      apiKey: API_KEY,
      apiVersion: version,
      apiName: "Produce",
      encode: () => Promise.resolve(write(request)),
    },
    response: {
      decode: (answer) => Promise.resolve(wholly(read, new Decoder(answer))),
      parse: (answer) => Promise.resolve(answer),
    },
    logResponseError: false,
  });
  if (errors.size !== request.batches.length) {
    throw new Error("The answer to a Produce request is not of what was asked");
  }
  return request.batches.map(({ topic, partition }) => {
    const code = errors.get(coordinatesOf(topic, partition));
    if (code === undefined) {
      return new Error(`The answer says nothing of ${topic}/${partition}`);
    }
    return code === 0 ? undefined : protocolError(code);
  });
}

/**
 * Reads an answer to its end. One of which something is left was read wrongly, and what it seemed to say of a batch may be of another.
 *
 * @throws {Error} if something is left
 */
function wholly<T>(read: (decoder: Decoder) => T, decoder: Decoder): T {
  const answer = read(decoder);
  const left = decoder.buffer.length - decoder.offset;
  if (left !== 0) {
    throw new Error(
      `The answer to a Produce request ends ${left} bytes from where it was read to`,
    );
  }
  return answer;
}
