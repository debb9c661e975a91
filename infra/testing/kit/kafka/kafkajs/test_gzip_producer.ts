import kafkajs from "kafkajs";

/** Writes records as another program would that compresses what it writes. */
export async function produceGzip(
  bootstrap: string,
  topic: string,
  records: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  const kafka = new kafkajs.Kafka({
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = kafka.producer();
  await producer.connect();
  try {
    await producer.send({
      topic,
      compression: kafkajs.CompressionTypes.GZIP,
      messages: [...records],
    });
  } finally {
    await producer.disconnect();
  }
}
