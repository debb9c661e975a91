import { Buffer } from "node:buffer";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import { readAll } from "../bench/backlog.ts";
import type { Broker } from "../bench/broker.ts";
import { MultisetDigest } from "./multiset_digest.ts";

const none = Buffer.alloc(0);

/**
 * The facts of a topic, keys and values, however they are ordered.
 *
 * @param of.version of the mapping that made them; absent: all
 */
export async function factsIn(
  broker: Pick<Broker, "kafka" | "admin">,
  { topic, version, stopping }: {
    readonly topic: string;
    readonly version?: number;
    readonly stopping: AbortSignal;
  },
): Promise<MultisetDigest> {
  const facts = new MultisetDigest();
  for await (const records of readAll(broker, topic, stopping)) {
    for (const { key, value, headers } of records) {
      const its = mappingVersionIn(headers);
      if (version !== undefined && its !== version) continue;
      facts.add(key ?? none, value ?? none);
    }
  }
  return facts;
}
