/** @jsxImportSource hono/jsx */
import type { Step } from "../../queries/payment.ts";
import { Data, Empty, State } from "./data.tsx";
import { visible } from "./text.ts";
import { Time } from "./time.tsx";

/** What happened to a payment's events, in order. */
export function Journey({ steps, here }: {
  readonly steps: readonly Step[];
  /** The record that is looked at. */
  readonly here?: string;
}) {
  if (steps.length === 0) return <Empty>Nothing is known of it.</Empty>;
  return (
    <ol class="journey">
      {steps.map(({ at, kind, where, what }) => (
        <li
          key={`${kind} ${where}`}
          class={where === here ? "this" : undefined}
          aria-current={where === here ? "true" : undefined}
        >
          <Time at={at} />
          <span>
            <State state={kind} />
          </span>
          <div>
            <Data text={what} />
            <br />
            <small>
              <Where kind={kind} where={where} />
            </small>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Where({ kind, where }: Pick<Step, "kind" | "where">) {
  const [, place] = /(\d+\/\d+)$/.exec(where) ?? [];
  return kind === "dead_letter" && place !== undefined
    ? <a href={`/dead-letters/${place}`}>{visible(where)}</a>
    : <Data text={where} />;
}
