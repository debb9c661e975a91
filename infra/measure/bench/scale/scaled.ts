import { topics as contracts } from "#contracts/topics.ts";
import type { Bench, Figure } from "../bench.ts";
import type { Broker } from "../broker.ts";
import { drain, type Drained } from "../drain.ts";
import { emptyTable } from "../events_table.ts";
import { freshWorker, type WorkerName } from "../worker.ts";

export const workerNames = [
  "validator",
  "analytics",
  "persistence",
] as const satisfies readonly WorkerName[];

/** A part of the stage: figures along one axis. */
export type Axis = (bench: Bench, broker: Broker) => Promise<void>;

export type Load = {
  /** Of good events alone. */
  readonly topic: string;
  readonly partitions?: number;
  readonly count: number;
};

/** Drains a topic by a worker of this checkout, which writes into a place of its own that is removed again. */
export async function drainBy(
  bench: Bench,
  { admin, freshTopic }: Broker,
  name: WorkerName,
  { topic, partitions, count, instances = 1 }: Load & {
    readonly instances?: number;
  },
): Promise<Drained> {
  const [checkout] = bench.checkouts;
  if (checkout === undefined) throw new Error("There is nothing to measure");
  const deadLetters = await freshTopic(contracts.deadLetters);
  const into = async (env: Readonly<Record<string, string>>) => {
    const worker = await freshWorker(bench, name, {
      ...{ checkout, topic, instances },
      env: { [contracts.deadLetters.env]: deadLetters, ...env },
    });
    return await drain(bench, admin, worker);
  };
  const intoTopic = async () => {
    const output = await freshTopic(contracts.validated, partitions);
    const unmapped = await freshTopic(contracts.unmapped);
    const drained = await into({
      [contracts.validated.env]: output,
      [contracts.unmapped.env]: unmapped,
    });
    await admin.deleteTopics([output, unmapped]);
    return drained;
  };
  const intoTable = () =>
    emptyTable(bench).use(
      ({ url }) => into({ EVENTFLOW_DB_URL: url }),
      { least: count, most: count },
    );
  const drained = name === "validator"
    ? await intoTopic()
    : name === "persistence"
    ? await intoTable()
    : await into({});
  await admin.deleteTopics([deadLetters]);
  return drained;
}

export const throughput = {
  stage: "scale",
  figure: "records per second",
  unit: "",
  better: "more",
} as const satisfies Partial<Figure>;

export const memory = {
  stage: "scale",
  figure: "peak memory",
  unit: "MB",
  better: "less",
} as const satisfies Partial<Figure>;
