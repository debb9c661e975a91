import { createHash } from "node:crypto";
import { errorCodes } from "#contracts/error_codes.ts";
import { providerNames } from "#contracts/providers.ts";
import type { Issue } from "#contracts/dead_letter.ts";
import { withoutNumbers, withoutValues } from "../index/cause.ts";
import type { Fault, LetterCluster } from "./cluster.ts";
import { fieldsOf, formOf } from "./masked_fields.ts";
import { toldPath } from "./vocabulary.ts";

/** Letters of one cause, the latest of them as samples. */
export type LettersOfCause = {
  readonly service: string;
  readonly code: string;
  readonly provider: string | null;
  readonly issues: readonly Issue[];
  /** Parsed bodies; undefined of what is no JSON. */
  readonly events: readonly unknown[];
};

export type Described = {
  readonly cluster: LetterCluster;
  /** SHA-256 of what makes them one cluster: service, code, faults, provider and form. */
  readonly fingerprint: string;
  /** Which of the events are of the form that is described. */
  readonly ofThisForm: readonly number[];
};

/** What our own code says of a place. Of other messages it is not known who wrote them. */
const OUR_MESSAGE = /^(?:must |Invalid (?:option|input|string|ISO)|Too )/;

/** Of these the numbers are the contract's own, and no part of what the letters say. */
const OUR_NUMBER =
  /^must (?:be greater than 0|be less than 10\^15|have at most \d{1,4} (?:characters|decimals(?: of a second)?)|be (?:2 capital letters|4 digits|6 or 8 digits))$/;

const MESSAGE_CHARACTERS = 240;

/** Letters of one cause, without what they say. If they are of several forms, those of the most frequent one. */
export function describeLetters(letters: LettersOfCause): Described {
  const { service, code, provider, issues, events } = letters;
  const forms = Map.groupBy(events.keys(), (n) => formOf(events[n]));
  const [form = "", ofThisForm = []] =
    [...forms].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const faults = faultsIn(issues);
  const means = Object.entries(errorCodes).find(([one]) => one === code)?.[1];
  return {
    cluster: {
      kind: "letters",
      service,
      code,
      means: means ?? "",
      provider: providerNames.find((one) => one === provider) ?? null,
      faults: faults.map(({ path, message }) => ({
        path: toldPath(path),
        message: toldMessage(message),
      })),
      samples: { of_this_form: ofThisForm.length, all: events.length },
      fields: fieldsOf(
        ofThisForm.map((n) => events[n]),
        faults.map(({ path }) => path),
      ),
    },
    fingerprint: createHash("sha256").update(JSON.stringify([
      "letters",
      service,
      code,
      provider,
      faults.map(({ path, message }) => [path, withoutValues(message)]),
      form,
    ])).digest("hex"),
    ofThisForm,
  };
}

const MOST_FAULTS = 20;

/** Places at fault, each once, without numbers of lists. */
export function faultsIn(issues: readonly Issue[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const { path, message } of issues) {
    const fault = { path: withoutNumbers(path), message };
    faults.set(`${fault.path} ${message}`, fault);
  }
  return [...faults.values()].slice(0, MOST_FAULTS);
}

function toldMessage(message: string): string {
  // What may be chosen is quoted, and the contract's own.
  const isOurs = message.startsWith("Invalid option") ||
    OUR_NUMBER.test(message);
  const text = isOurs ? message : withoutValues(message);
  return OUR_MESSAGE.test(text)
    ? text.slice(0, MESSAGE_CHARACTERS)
    : `(a message of ${message.length} characters)`;
}
