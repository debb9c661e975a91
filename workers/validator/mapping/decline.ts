import type { Decline } from "#contracts/events/payment_fields.ts";

type Class = Decline["class"];
type Advice = Decline["advice"];

const adviceFor = {
  hard: "do_not_retry",
  soft: "retry_later",
  authentication: "authenticate",
  fraud: "do_not_retry",
  data: "retry_with_other_data",
  technical: "retry_later",
  unknown: "unknown",
} as const satisfies Record<Class, Advice>;

/** Codes of a provider by what they mean, parted by blanks; a code is in one class only. */
export type DeclineCodes = { readonly [C in Class]?: string };

/**
 * Says why a payment failed, with the advice that goes with its class.
 *
 * @param codes of one provider
 * @param otherwise the class of a code that is not among them
 */
export function declines(
  codes: DeclineCodes,
  otherwise: (code: string) => Class = () => "unknown",
): (code: string | undefined) => Decline | undefined {
  const classes = new Map<string, Class>();
  for (const name of classNames) {
    for (const code of codes[name]?.split(/\s+/) ?? []) {
      classes.set(code, name);
    }
  }
  return (code) => {
    if (code === undefined) return undefined;
    const name = classes.get(code) ?? otherwise(code);
    return { class: name, code, advice: adviceFor[name] };
  };
}

const classNames = [
  "hard",
  "soft",
  "authentication",
  "fraud",
  "data",
  "technical",
  "unknown",
] as const satisfies readonly Class[];
