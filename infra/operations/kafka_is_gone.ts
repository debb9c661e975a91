import { describeError, TransientError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";

/**
 * What a command that was reading ends with when Kafka does not answer any more.
 *
 * @param options whose `again` is what to do, as the end of a sentence
 */
export function kafkaIsGone(
  { servers, again }: { readonly servers: string; readonly again: string },
): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof TransientError)) throw cause;
    throw new StartError(
      `Kafka at ${servers} does not answer any more (${
        describeError(cause)
      }): ${again}.`,
      { cause },
    );
  };
}
