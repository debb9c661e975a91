/**
 * The load generator as a process of its own, on Bun: `load/main.ts OPTIONS`, which are JSON. Prints one
 * line of JSON when all is answered.
 *
 * @module
 */
import process from "node:process";
import { eventMaker } from "./events.ts";
import { dueTimes, sendAll } from "./generator.ts";
import { LoadOptions, type LoadResult } from "./options.ts";
import { percentilesOf } from "./percentiles.ts";
import { signedRequests } from "./requests.ts";

const options = LoadOptions.parse(JSON.parse(process.argv[2] ?? "null"));

const warmUp = prepare(`${options.run}-warm-up`, options.warmUp);
const measured = prepare(options.run, options.count);
if (options.warmUp > 0) await sendAll(options, warmUp.requests, warmUp.due);
const sent = await sendAll(options, measured.requests, measured.due);

const result: LoadResult = {
  requestsPerSecond: options.count / sent.seconds,
  latency: percentilesOf(sent.latencies),
  statuses: sent.statuses,
  startedMs: sent.startedMs,
};
console.log(JSON.stringify(result));

function prepare(run: string, count: number) {
  const { perSecond, secret, host, path } = options;
  const due = perSecond === undefined
    ? undefined
    : dueTimes({ count, perSecond });
  const event = eventMaker({ run, due });
  return {
    due,
    requests: signedRequests({ count, event, secret, host, path }),
  };
}
