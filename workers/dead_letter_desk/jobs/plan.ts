import { createHash } from "node:crypto";
import type { Edit, JobOptions, What } from "#contracts/desk_action.ts";
import {
  MOST_RANGES,
  positionsHash,
  type Range,
  recordsOf,
} from "../actions/offsets.ts";
import { filterText } from "../queries/filter.ts";
import type { JobOf } from "../queries/jobs.ts";
import { DeskRefusal } from "../refusal.ts";
import type { Selection } from "./selection.ts";

/** One job is about so many at most: what it names is held in memory while it is planned. */
export const MOST_SELECTED = 5_000_000;

export const defaultOptions: JobOptions = {
  rate: null,
  stop_above: 0.1,
  out_of_order: false,
};

/** Above these a plan needs a second person; undefined: however many or much. */
export type ApprovalAbove = {
  readonly count: number | undefined;
  /** Of any one currency. */
  readonly amount: number | undefined;
};

/** What a job will be about. */
export type Plan = Pick<Selection, "ranges" | "count" | "amounts"> & {
  readonly job: string;
  readonly of: JobOf;
  readonly topic: string;
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly replayFor: string | null;
  readonly edit: Edit | null;
  readonly options: JobOptions;
  readonly reason: string | null;
};

/** The actions by which a plan is frozen: its records, in as many as it takes, then the plan, then its edit. */
export function planned(
  { job, topic, ranges, edit, options, reason, ...plan }: Plan,
  above: ApprovalAbove,
): What[] {
  const positions = positionsHash(topic, ranges);
  const selects = parts(ranges).map((its): What => ({
    kind: "select",
    job,
    records: recordsOf(topic, its),
  }));
  const edits: What[] = edit === null
    ? []
    : [{ kind: "edit", job, edit, reason }];
  const said = Object.entries(plan.filter).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const]
  );
  return [...selects, {
    kind: "plan",
    job,
    of: plan.of,
    filter: Object.fromEntries(said),
    replay_for: plan.replayFor,
    count: plan.count,
    amounts: [...plan.amounts],
    positions_sha256: positions,
    plan_sha256: hashOf({
      positions,
      edit,
      options,
      replay_for: plan.replayFor,
    }),
    options,
    needs_approval: isAbove(above, plan),
    reason,
  }, ...edits];
}

/** @throws {DeskRefusal} if there is nothing to plan, too much, or events of a payment would be put out of order */
export function checkSelection(
  { count, earlier, anEarlier }: Selection,
  filter: Plan["filter"],
  { out_of_order }: JobOptions,
): void {
  if (count === 0) throw nothingFound(filter);
  if (count > MOST_SELECTED) throw tooMany();
  if (earlier > 0 && !out_of_order) {
    throw new DeskRefusal(
      409,
      `${earlier} earlier dead letters of the same payments are not resolved and not selected, such as ${anEarlier}: select or discard them too, or say out_of_order.`,
    );
  }
}

export function nothingFound(filter: Plan["filter"]): DeskRefusal {
  return new DeskRefusal(
    422,
    `Nothing is found by ${
      filterText(filter) || "no filter"
    } that it could be done to.`,
  );
}

export function tooMany(): DeskRefusal {
  return new DeskRefusal(
    422,
    `More than ${MOST_SELECTED} records are too many for one job: narrow it down by time.`,
  );
}

/** Ranges by as many as one action names. */
export function parts(ranges: readonly Range[]): Range[][] {
  const all: Range[][] = [];
  for (let from = 0; from < ranges.length; from += MOST_RANGES) {
    all.push(ranges.slice(from, from + MOST_RANGES));
  }
  return all;
}

function isAbove(
  above: ApprovalAbove,
  { count, amounts }: Pick<Selection, "count" | "amounts">,
): boolean {
  return count > (above.count ?? Infinity) ||
    amounts.some(({ amount }) => Number(amount) > (above.amount ?? Infinity));
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
