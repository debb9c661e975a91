/**
 * A mapping of its own for a scenario, of webhooks as Stripe sends them: each thing in one says its type. Run in the place of those
 * that there are, in a validator that is else the real one.
 *
 * @module
 */
import { join } from "node:path";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram, readinessOf } from "#local/service_jobs.ts";
import type {
  Item,
  Mapping,
} from "../../../workers/validator/mapping/mapping.ts";
import { Unreadable } from "../../../workers/validator/mapping/unreadable.ts";
import { moneyOfMinorUnits } from "../../../workers/validator/mapping/money.ts";
import {
  requiredSeconds,
  requiredText,
  textAt,
  valueAt,
} from "../../../workers/validator/mapping/fields.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Processes } from "./processes.ts";

/** Whose webhooks are mapped by it. */
export const PROVIDER = "stripe";

/** Types of things, and from which version of the mapping on they are known. */
export const since = {
  "scenario.paid": 1,
  "scenario.settled": 2,
  "scenario.without_amount": 2,
  "scenario.of_no_version": 3,
} as const;

/** Higher than any version of a mapping that there is, so that nobody takes what it made for that one's. */
const FIRST_VERSION = 1_000;

/** What is in a webhook's `data.object.things`. */
export type Thing = {
  readonly id: string;
  readonly type: keyof typeof since;
  readonly amount?: number;
};

/** The mapping in one of its versions, from 1. */
export function scenarioMapping(version: number): Mapping {
  const known = new Map<string, number>(Object.entries(since));
  return {
    provider: PROVIDER,
    version: FIRST_VERSION + version,
    form: "json",
    noPayment: new Set(),
    familyOf: () => "payment",
    map({ body }) {
      const object = valueAt(body, "data", "object");
      const things = valueAt(object, "things");
      return (Array.isArray(things) ? things : []).map((thing): Item => {
        const type = textAt(thing, "type") ?? "";
        if ((known.get(type) ?? Infinity) > version) {
          return { kind: "other", type };
        }
        try {
          return { kind: "fact", fact: factOf(thing) };
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          return { kind: "refused", rejection: error.rejection };
        }
      });

      function factOf(thing: unknown) {
        const id = requiredText(thing, "id");
        const payment = requiredText(object, "payment_intent");
        return {
          type: "payment.captured.v1",
          id: `thing:${id}`,
          at: requiredSeconds(body, "created"),
          money: moneyOfMinorUnits({
            value: valueAt(thing, "amount"),
            currency: "eur",
            path: "amount",
            exponents: new Map([["EUR", 2]]),
          }),
          payload: { payment_id: payment, order_id: payment, capture_id: id },
        } as const;
      }
    },
  };
}

/** Starts a validator with this mapping in the place of the pipeline's own, under its name. */
export async function startMapping(
  processes: Processes,
  pipeline: Pipeline,
  version: number,
): Promise<void> {
  await processes.start({
    name: "validator",
    command: {
      program: bunProgram,
      args: [join(repositoryRoot, "infra/testing/kit/mapping_validator.ts")],
      env: {
        ...pipeline.environment,
        SCENARIO_MAPPING_VERSION: `${version}`,
      },
      cwd: repositoryRoot,
    },
    isReady: async () => (await readinessOf(pipeline.url("validator"))).ready,
  });
}
