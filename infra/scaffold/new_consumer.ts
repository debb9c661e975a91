import type { Consumer } from "#contracts/services.ts";
import { titleOf } from "#local/service_jobs.ts";

/** A consumer that is to be made, by all the forms of its name. */
export type NewConsumer = {
  /** Of its folder, container and job, in snake case: `fraud_watch`. */
  readonly name: string;
  /** In variables: `FRAUD_WATCH`. */
  readonly variable: string;
  /** In code: `fraudWatch`. */
  readonly identifier: string;
  /** For a person: `Fraud watch`. */
  readonly title: string;
  /** Of its group and its dead letters: `fraud-watch-service`. */
  readonly service: string;
  readonly reads: Consumer["reads"];
  readonly port: number;
};

const FORM = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/;

/** Longer names do not fit into the tables that people read. */
const MAX_LENGTH = 30;

/** Why a name cannot be one, as the end of a sentence that begins with it; undefined if it can. */
export function flawOfName(given: string): string | undefined {
  if (!FORM.test(given)) {
    return "must be words of small letters and digits, joined by _ or -, such as fraud_watch";
  }
  return given.length > MAX_LENGTH
    ? `must be at most ${MAX_LENGTH} characters long`
    : undefined;
}

/** @param given in snake case or in kebab case */
export function newConsumer(
  given: string,
  { reads, port }: Pick<NewConsumer, "reads" | "port">,
): NewConsumer {
  const words = given.split(/[_-]/);
  const name = words.join("_");
  return {
    name,
    variable: name.toUpperCase(),
    identifier: name.replaceAll(
      /_(\w)/g,
      (_, letter: string) => letter.toUpperCase(),
    ),
    title: titleOf(name),
    service: `${words.join("-")}-service`,
    reads,
    port,
  };
}
