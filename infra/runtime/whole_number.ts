import { InvalidArgumentError } from "commander";

/**
 * A whole number from 1 on, as somebody types it behind an option of a command.
 *
 * @throws {InvalidArgumentError} if it is none, or has more than nine digits
 */
export function wholeFromOne(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 on.");
}
