import type { Fact } from "./mapping.ts";

/** A fact in the envelope that the validated topic has it in, as JSON. */
export function eventTextOf(
  { type, id, at, money, payload }: Fact,
  { provider, account }: {
    readonly provider: string;
    readonly account: string;
  },
): string {
  const source = `${provider}:${account}`;
  const head = JSON.stringify({
    event_id: `${source}:${id}`,
    event_type: type,
    schema_version: 1,
    source,
    timestamp: at,
  });
  const said = JSON.stringify({
    ...payload,
    currency: money.currency,
    provider,
    fact_id: id,
  });
  // The amount goes in as it is written: no number of JavaScript's has all its digits.
  return `${head.slice(0, -1)},"payload":{"amount":${money.amount},${
    said.slice(1)
  }}`;
}
