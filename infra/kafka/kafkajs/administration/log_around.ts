import type { LogAround } from "../../port.ts";
import { type Cluster, offsetsOf } from "../cluster.ts";
import { recordsBehind } from "../consuming/fetch.ts";

/** The first batch comes whole however large it is. */
const LEAST_BYTES = 1;
const FETCH_WAIT_MS = 500;

/** What a partition's leader says of its log in front of an offset. */
export async function logAround(
  cluster: Cluster,
  { topic, partition }: { topic: string; partition: number },
  offset: number,
): Promise<LogAround> {
  const at = async (fromBeginning: boolean) => {
    const known = (await offsetsOf(cluster, topic, { fromBeginning }))
      .get(partition);
    if (known !== undefined) return known;
    throw new Error(`Kafka says nothing of ${topic}/${partition}`);
  };
  const start = await at(true);
  const end = await at(false);
  const last = offset - 1;
  if (last < start || last >= end) return { start, end };
  const leader = cluster.findTopicPartitionMetadata(topic)
    .find(({ partitionId }) => partitionId === partition)?.leader;
  const broker = await cluster.findBroker({ nodeId: leader ?? -1 });
  const { responses } = await broker.fetch({
    maxWaitTime: FETCH_WAIT_MS,
    maxBytes: LEAST_BYTES,
    topics: [{
      topic,
      partitions: [{
        partition,
        fetchOffset: String(last),
        maxBytes: LEAST_BYTES,
      }],
    }],
  });
  const messages = responses[0]?.partitions[0]?.messages;
  const before = messages && recordsBehind(messages).marks
    .find(({ baseOffset, lastOffset }) =>
      baseOffset <= last && last <= lastOffset
    );
  return { start, end, before };
}
