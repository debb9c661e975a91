import { isAtLeast, type Person, type Role } from "../http/tokens.ts";

/** What is offered to whom. It is decided in `desk.ts`; here is what it would refuse, so that nobody is offered it. */
export const least = {
  dryRun: "investigator",
  unmask: "investigator",
  explain: "investigator",
  act: "operator",
  approve: "approver",
} as const satisfies Record<string, Role>;

export type What = keyof typeof least;

export function may(person: Person, what: What): boolean {
  return isAtLeast(person.role, least[what]);
}
