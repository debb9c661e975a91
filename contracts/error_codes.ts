import { z } from "zod";
import { grows } from "./growing.ts";

/**
 * Why a record became a dead letter: a closed list, so that it can label a metric and an operator can
 * filter by it. A new reason is a new code here, with the sentence that explains it.
 */
export const errorCodes = {
  empty_value: "The record has no value.",
  not_json: "The value is not JSON in UTF-8.",
  not_an_object: "The value is JSON but not an object.",
  too_deep: "The value is nested deeper than any reader should have to go.",
  duplicate_key:
    "An object of the value has a key twice, and readers differ in which they take; see issues.",
  not_portable:
    "The value has a text or a number that not every reader can hold; see issues.",
  unknown_event_type: "No contract has this event_type.",
  contract_violation: "The event does not satisfy its contract; see issues.",
  unknown_currency:
    "ISO 4217 has no such currency for payments, or had withdrawn it before the event's time.",
  too_many_decimals: "The amount has more decimals than its currency.",
  unknown_exponent:
    "How many decimals the provider's amounts have in this currency is not known, or its own pages contradict each other.",
  reused_transmission:
    "The provider's id of this transmission came with another body before: its signature does not tell the two apart.",
  conflicting_duplicate: "Another event with this event_id is stored.",
  not_storable: "The database cannot hold a value of this event.",
  too_large: "What follows from the record is larger than its topic takes.",
  unexpected_error: "The service has a bug that this record brings out.",
} as const;

export const ErrorCode = grows(z.enum(
  Object.keys(errorCodes) as [keyof typeof errorCodes],
));
export type ErrorCode = keyof typeof errorCodes;
