import { services } from "#contracts/services.ts";
import type { TopicId } from "#contracts/topics.ts";
import type { groupSettings } from "#kafka/group_settings.ts";

/** What one service makes of each record it reads, unless it writes a dead letter. */
export type Stage = {
  /** Its name, as in `failed_service` of its dead letters. */
  readonly service: string;
  readonly group: keyof typeof groupSettings;
  readonly input: TopicId;
  readonly output:
    /** One record; `sameBody` says whether its value is the input's, byte for byte. */
    | {
      readonly kind: "record";
      readonly topic: TopicId;
      readonly sameBody: boolean;
    }
    /** One row for each `event_id`. */
    | { readonly kind: "row" }
    | { readonly kind: "nothing" };
};

/** The services whose sums are checked. A further one is a further row. */
export const stages: readonly Stage[] = [
  {
    service: services.validator,
    group: "validatorGroup",
    input: "raw",
    output: { kind: "record", topic: "validated", sameBody: true },
  },
  {
    service: services.analytics,
    group: "analyticsGroup",
    input: "validated",
    output: { kind: "nothing" },
  },
  {
    service: services.persistence,
    group: "persistenceGroup",
    input: "validated",
    output: { kind: "row" },
  },
];
