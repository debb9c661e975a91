import kafkajs, { type Admin } from "kafkajs";

/**
 * For tests: asks brokers, as kafkajs does by itself, for what the port has no word for.
 *
 * @param brokers host:port
 */
export async function askAsAdmin<T>(
  brokers: readonly string[],
  ask: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = new kafkajs.Kafka({
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  try {
    await admin.connect();
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}
