/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { askBroker } from "../wire/broker_request.ts";
import { NO_TAGS, readStructures } from "../wire/flexible_request.ts";
import { throwIfError } from "../wire/protocol_error.ts";

/** ApiVersions, version 3: the first that tells a cluster's features (KIP-584), in Kafka since 2.4. */
const API_KEY = 18;
const API_VERSION = 3;
const CLIENT = { name: "eventflow", version: "1" };

/** The tagged field with the features that all brokers of the cluster have. */
const FINALIZED_FEATURES = 2;

/**
 * The `transaction.version` that a cluster has agreed on; 0 if its brokers know of none. Each of them can do what it stands for.
 *
 * @throws an error of kafkajs if the broker does not answer
 */
export async function transactionVersion(
  broker: Pick<TransactionCoordinator, "connectionPool" | "versions">,
): Promise<number> {
  const highest = broker.versions?.[API_KEY]?.maxVersion ?? 0;
  if (highest < API_VERSION) return 0;
  return await askBroker(broker, {
    apiKey: API_KEY,
    apiVersion: API_VERSION,
    apiName: "ApiVersions",
    write: (encoder) =>
      encoder
        .writeUVarInt(NO_TAGS) // of the header
        .writeUVarIntString(CLIENT.name)
        .writeUVarIntString(CLIENT.version)
        .writeUVarInt(NO_TAGS),
    // The one answer of a flexible version whose header has no tagged fields, so that any client can read it.
    read(decoder) {
      throwIfError(decoder.readInt16());
      readStructures(decoder, () => {
        decoder.readInt16(); // a request's key
        decoder.readInt16(); // the lowest version
        decoder.readInt16(); // the highest version
      });
      decoder.readInt32(); // throttle time
      for (let left = decoder.readUVarInt(); left > 0; left--) {
        const tag = decoder.readUVarInt();
        const bytes = decoder.readUVarInt();
        if (tag !== FINALIZED_FEATURES) {
          decoder.forward(bytes);
          continue;
        }
        const features = readStructures(decoder, () => {
          const name = decoder.readUVarIntString();
          const level = decoder.readInt16();
          decoder.readInt16(); // the lowest level
          return { name, level };
        });
        return features.find(({ name }) => name === "transaction.version")
          ?.level ?? 0;
      }
      return 0;
    },
  });
}
