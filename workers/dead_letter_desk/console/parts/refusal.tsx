/** @jsxImportSource hono/jsx */
import type { DeskRefusal } from "../../refusal.ts";
import { visible } from "./text.ts";

/** Why it was not done, and what became of the data. */
export function Refusal({ refusal }: {
  readonly refusal: DeskRefusal | undefined;
}) {
  return refusal === undefined ? null : (
    <p class="alert" role="alert">
      {visible(refusal.message)} Nothing was sent or changed.
    </p>
  );
}
