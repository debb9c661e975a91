import { backoffMs } from "#runtime/backoff.ts";
import { DeniedError } from "#runtime/errors.ts";
import type { GroupConsumer } from "../../port.ts";
import type { Membership } from "../patches/broker_join.ts";
import { type JoinOptions, startConsumer } from "./consumer.ts";
import { isPassing, translate } from "../errors.ts";
import type { NewKafka } from "../new_kafka.ts";

/** Each join interrupts the other members, and rights are granted by a person. */
const DENIED_AGAIN_MS = 5_000;

/**
 * Joins a group with kafkajs, and again with a new consumer whenever one ends over something that
 * passes.
 */
export async function joinGroup(
  newKafka: NewKafka,
  options: JoinOptions,
): Promise<GroupConsumer> {
  let membership: Membership = {};
  let closed = false;
  let rejoining: ReturnType<typeof setTimeout> | undefined;
  let consumer: GroupConsumer | undefined;
  let failures = 0;

  const ended = (error: Error) => {
    if (closed) return;
    if (!isPassing(error)) return options.listener.crashed(error);
    const why = translate(`Cannot work in group ${options.groupId}`, error);
    const isDenied = why instanceof DeniedError;
    if (isDenied) options.listener.denied?.(why);
    const attempt = failures++;
    rejoining = setTimeout(
      () => join().catch(ended),
      isDenied
        ? DENIED_AGAIN_MS
        : backoffMs({ attempt, baseMs: 200, maxMs: 1_000 }),
    );
  };
  const joined = () => {
    failures = 0;
  };
  const join = async (): Promise<void> => {
    // One for each consumer: an earlier one that still comes to an end must not speak for a later one.
    membership = { former: membership.memberId ?? membership.former };
    consumer = await startConsumer(newKafka, options, {
      membership,
      joined,
      ended,
    });
    if (closed) await consumer.close();
  };

  // As later, so at first: what passes is waited for.
  await join().catch(ended);
  return {
    rejoin: (reason) => consumer?.rejoin(reason),
    async close() {
      closed = true;
      clearTimeout(rejoining);
      await consumer?.close();
    },
  };
}
