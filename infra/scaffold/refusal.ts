import { StartError } from "#runtime/lifecycle.ts";

/** A consumer cannot be made; the message is the sentence that says why. Nothing was written. */
export class Refusal extends StartError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { ...options, exitCode: 1 });
  }
}
