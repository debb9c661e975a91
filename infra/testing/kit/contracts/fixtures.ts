import type { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** An event, or what is none, as a file of `contracts` has it. */
export type Fixture = {
  /** The file's name: of an invalid or refused one it begins with its error code. */
  readonly name: string;
  /** The type of event it lies with, or undefined if it lies with none. */
  readonly event: string | undefined;
  readonly bytes: Buffer;
};

/**
 * The fixtures of one kind: those of no one type of event, and those of each.
 *
 * @param kind `valid`: passes all; `refused`: satisfies the contract, and the validator's rules of money
 *   refuse it; `invalid`: the contract refuses it
 */
export function fixtures(kind: "valid" | "refused" | "invalid"): Fixture[] {
  const contracts = new URL("../../../../contracts/", import.meta.url);
  const events = readdirSync(new URL("events/", contracts), {
    withFileTypes: true,
  }).filter((entry) => entry.isDirectory());
  return [
    ...read(new URL(`fixtures/${kind}/`, contracts), undefined),
    ...events.flatMap(({ name }) =>
      read(new URL(`events/${name}/fixtures/${kind}/`, contracts), name)
    ),
  ];
}

/** What a fixture that is refused, in whichever way, must be refused as. */
export function codeOf({ name }: Fixture): string {
  return name.slice(0, name.indexOf("."));
}

function read(folder: URL, event: string | undefined): Fixture[] {
  // Not every type has each kind.
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({
    name,
    event,
    bytes: readFileSync(new URL(name, folder)),
  }));
}
