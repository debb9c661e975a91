/// <reference path="./offset_manager.d.ts" />
import kafkajs from "kafkajs";
// Imported, not required: Deno lets a program without the right to read import what it is made of.
import offsetManager from "kafkajs/src/consumer/offsetManager/index.js";
import type { OffsetManager } from "kafkajs/src/consumer/offsetManager/index.js";

/**
 * If a group's position is not in the log any more (retention was faster, or the log is shorter
 * than it was), kafkajs moves the group to the log's beginning and says so to its own log alone. Records
 * would be skipped or done again, and nobody would know. `fetch.ts` does not let it hear of that, and has the
 * partition stopped; should kafkajs come to it all the same, the consumer ends, its group's position untouched.
 *
 * Safe to call more than once.
 */
export function refuseResets(): void {
  offsetManager.prototype.setDefaultOffset = refuse;
}

function refuse(
  this: OffsetManager,
  { topic, partition }: { topic: string; partition: number },
): Promise<never> {
  const offset = this.nextOffset(topic, partition);
  return Promise.reject(
    // One that kafkajs does not retry.
    new kafkajs.KafkaJSNonRetriableError(
      `Group ${this.groupId} is at offset ${offset} of partition ${partition} of ${topic}, which the log does not have: "deno task positions" shows what it has, and sets where to go on`,
    ),
  );
}
