import fc from "fast-check";
import type { Precedence } from "#consumer/precedence.ts";

/** The records of one payment as a consumer reads them, and the one whose event must be its last state. */
export type Interleaving = {
  readonly arrivals: readonly Precedence[];
  readonly last: Precedence | undefined;
};

/** The logs that a payment's raw records came to be in, one after the other: partitions were added, then the topic changed. */
const logs = [
  { topic: "raw", partition: 2 },
  { topic: "raw", partition: 0 },
  { topic: "raw-2", partition: 1 },
];

/** Longer than any log's records are apart, so that times tell logs apart, and nothing within one. */
const ERA_MS = 1_000;

/** Any order in which what raw records say, each put in once or several times, may reach a consumer. */
export function interleavings(): fc.Arbitrary<Interleaving> {
  const fact = fc.record({
    log: fc.nat(logs.length - 1),
    offset: fc.nat(5),
    part: fc.nat(2),
    ms: fc.nat(ERA_MS - 1),
    /** When each of its records reaches the consumer: the original, and its replays. */
    arrivals: fc.array(fc.nat(100), { minLength: 1, maxLength: 3 }),
  });
  return fc.uniqueArray(fact, {
    minLength: 1,
    maxLength: 6,
    selector: ({ log, offset, part }) => `${log}/${offset}#${part}`,
  }).map((facts) => {
    const arrivals = facts
      .flatMap(({ log, offset, part, ms, arrivals }) =>
        arrivals.map((when) => ({ log, offset, part, ms, when }))
      )
      .sort((one, other) => one.when - other.when)
      .map(({ log, offset, part, ms }, index) => ({
        origin: { ...logs[log] ?? { topic: "", partition: 0 }, offset },
        part,
        source: { topic: "validated", partition: 2, offset: index },
        atMs: log * ERA_MS + ms,
        rank: (log * 10 + offset) * 10 + part,
      }));
    const last = arrivals.toSorted((one, other) =>
      one.rank - other.rank || one.source.offset - other.source.offset
    ).at(-1);
    const asRead = ({ origin, part, source, atMs }: Precedence) => ({
      origin,
      part,
      source,
      atMs,
    });
    return { arrivals: arrivals.map(asRead), last: last && asRead(last) };
  });
}
