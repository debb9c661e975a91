/** How far a group is in its topic, by partition. */
export type GroupSample = {
  readonly ends: readonly number[];
  readonly positions: readonly number[];
};

export const groupNames = ["validator", "analytics", "persistence"] as const;

export type GroupName = (typeof groupNames)[number];

export type ProcessSample = { readonly pid: number; readonly bytes: number };

/** What was seen at one moment. What had not answered since the last one is undefined. */
export type Sample = {
  /** Since the load began. */
  readonly seconds: number;
  /** Webhooks answered with a 202 so far, deliberate duplicates among them. */
  readonly accepted: number;
  readonly rows: number | undefined;
  readonly groups: Readonly<Record<GroupName, GroupSample>> | undefined;
  /** Resident memory by process name; absent while it does not run. */
  readonly processes: Readonly<Record<string, ProcessSample>>;
};

/** Offsets the group has not passed, the markers of transactions among them. */
export function lagOf({ ends, positions }: GroupSample): number {
  return ends.reduce(
    (sum, end, partition) =>
      sum + Math.max(0, end - (positions[partition] ?? 0)),
    0,
  );
}

/** Whether the group's committed offset is its topic's end, in every partition. */
export function isFinished(group: GroupSample): boolean {
  return lagOf(group) === 0;
}
