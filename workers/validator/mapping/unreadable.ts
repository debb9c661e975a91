import type { Rejection } from "#contracts/parse.ts";

/** Thrown while a webhook, or one of several things in it, is read. It becomes a dead letter. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(rejection.message);
    this.rejection = rejection;
  }
}

/**
 * @param path of keys, in what the provider sent
 * @param message what must be there: `must be a text`
 */
export function unreadable(path: string, message: string): Unreadable {
  return new Unreadable({
    code: "contract_violation",
    message: `The webhook cannot be made into a fact: ${path} ${message}.`,
    issues: [{ path, message }],
  });
}
