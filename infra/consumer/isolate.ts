import { fateOf, rejectionOf } from "#runtime/errors.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Handler, Outcome } from "./handler.ts";
import { OutageRule } from "./outage_rule.ts";

/**
 * Calls a handler so that a record that can never pass hurts no other: when the handler refuses a
 * batch for good, its halves are tried one after the other, in order, down to the record at fault.
 * One poison record among n costs about 2·log2(n) further calls, and n of them 2·n. An outage is found
 * after about log2(n) calls and two for each key that the rule asks for.
 *
 * @throws {OutageSuspectedError} if so many records fail alike that none of them is to blame
 * @throws whatever the handler throws that is to be retried or to stop the process
 */
export async function isolate(
  handle: Handler,
  records: readonly ReceivedRecord[],
  rule: OutageRule = new OutageRule(0),
): Promise<readonly Outcome[]> {
  if (records[0] !== undefined) rule.trying(records[0]);
  return await inHalves(handle, records, rule);
}

async function inHalves(
  handle: Handler,
  records: readonly ReceivedRecord[],
  rule: OutageRule,
): Promise<readonly Outcome[]> {
  let outcomes: readonly Outcome[];
  try {
    outcomes = await handle(records);
  } catch (error) {
    if (fateOf(error) !== "dead-letter") throw error;
    const [record, another] = records;
    if (record !== undefined && another === undefined) {
      rule.failed(record, error);
      return [{ kind: "dead-letter", rejection: rejectionOf(error) }];
    }
    const middle = Math.ceil(records.length / 2);
    const first = await inHalves(handle, records.slice(0, middle), rule);
    const second = await inHalves(handle, records.slice(middle), rule);
    return [...first, ...second];
  }
  if (outcomes.some(({ kind }) => kind !== "dead-letter")) rule.succeeded();
  return outcomes;
}
