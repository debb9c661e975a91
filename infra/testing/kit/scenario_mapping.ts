/**
 * Mappings for scenarios, run in the place of those that there are, in a validator that is else the real one: one of its own of
 * webhooks as Stripe sends them, in which each thing says its type, and those that there are with a fault in their first version.
 *
 * @module
 */
import type { Job } from "#processes/supervisor.ts";
import type {
  Fact,
  Item,
  Mapping,
} from "../../../workers/validator/mapping/mapping.ts";
import { mappingOf } from "../../../workers/validator/mapping/rows.ts";
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
import { programInPlaceOf } from "./program_in_place.ts";

/** - things: webhooks of Stripe's, each thing in which says its type
 * - planted: all that there are; in their first version amounts are ten times what they are, and orders are taken for payments
 */
export const scenarioMappings = ["things", "planted"] as const;

type Mappings = (provider: string) => Mapping | undefined;

/** @param version from 1 */
export function mappingsOf(
  name: typeof scenarioMappings[number],
  version: number,
): Mappings {
  if (name === "things") {
    const mapping = scenarioMapping(version);
    return (provider) => provider === mapping.provider ? mapping : undefined;
  }
  return (provider) => {
    const mapping = mappingOf(provider);
    return mapping && plantedMapping(mapping, version);
  };
}

/** A mapping that there is, with faults in its first version. */
function plantedMapping(mapping: Mapping, version: number): Mapping {
  return {
    ...mapping,
    version: FIRST_VERSION + version,
    map: (webhook) =>
      mapping.map(webhook).map((item) =>
        item.kind === "fact" && version === 1
          ? { kind: "fact", fact: faulty(item.fact) }
          : item
      ),
  };
}

function faulty(fact: Fact): Fact {
  const { amount, currency } = fact.money;
  const payload = { ...fact.payload, payment_id: fact.payload.order_id };
  // What is changed is of the same type in each of the facts.
  return {
    ...fact,
    money: { amount: amount.replace(/\.(\d)/, "$1."), currency },
    payload,
  } as Fact;
}

/** Types of things, and from which version of the mapping on they are known. */
export const since = {
  "scenario.paid": 1,
  "scenario.settled": 2,
  "scenario.without_amount": 2,
  "scenario.of_no_version": 3,
} as const;

/** Behind which a scenario's versions begin: higher than any of a mapping that there is, so that nobody takes what it made for that one's. */
export const FIRST_VERSION = 1_000;

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
    provider: "stripe",
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

/** Starts a validator with such mappings in the place of the pipeline's own, under its name. */
export async function startMapping(
  processes: Processes,
  pipeline: Pipeline,
  version: number,
  mapping: typeof scenarioMappings[number] = "things",
): Promise<void> {
  await processes.start(mappingJob({
    env: pipeline.environment,
    url: pipeline.url("validator"),
    mapping,
    version,
  }));
}

/**
 * A validator with such mappings.
 *
 * @param of.env what validators are told
 * @param of.url where it says whether it is ready
 */
export function mappingJob(
  { env, url, mapping, version }: {
    readonly env: Readonly<Record<string, string>>;
    readonly url: string;
    readonly mapping: typeof scenarioMappings[number];
    readonly version: number;
  },
): Job {
  return programInPlaceOf("validator", {
    main: "mapping_validator.ts",
    env: {
      ...env,
      SCENARIO_MAPPING: mapping,
      SCENARIO_MAPPING_VERSION: `${version}`,
    },
    url,
  });
}
