/** @jsxImportSource hono/jsx */
import type { PropsWithChildren } from "hono/jsx";
import type { Person } from "../../http/tokens.ts";
import { least, may, type What } from "../may.ts";

/** What is offered to those who may do it; others are told who may. */
export function Needs(
  { person, what, children }: PropsWithChildren<{
    readonly person: Person;
    readonly what: What;
  }>,
) {
  return may(person, what) ? <>{children}</> : (
    <p class="warning">
      That takes the role {least[what]}, and yours is {person.role}.
    </p>
  );
}
