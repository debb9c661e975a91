/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
/// <reference path="../patches/protocol.d.ts" />
import Decoder from "kafkajs/src/protocol/decoder.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import type { Broker } from "kafkajs/src/broker/index.js";

/** A request that kafkajs does not make by itself, or not in this version. */
export type BrokerRequest<T> = {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** Writes the request behind its header. */
  readonly write: (encoder: Encoder) => Encoder;
  /** Reads the answer behind its header. */
  readonly read: (decoder: Decoder) => T;
};

/** Sends a request, and reads what is answered. */
export async function askBroker<T>(
  { connectionPool }: Pick<Broker, "connectionPool">,
  { write, read, ...request }: BrokerRequest<T>,
): Promise<T> {
  return await connectionPool.send({
    request: {
      ...request,
      encode: () => Promise.resolve(write(new Encoder())),
    },
    response: {
      decode: (answer) => Promise.resolve(read(new Decoder(answer))),
      parse: (answer) => Promise.resolve(answer),
    },
    logResponseError: false,
  });
}
