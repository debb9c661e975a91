import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import {
  chained,
  type ChainEnd,
  emptyChain,
  followChain,
} from "./action_chain.ts";
import { DeskAction } from "#contracts/desk_action.ts";

const anAction = fc.record({ id: fc.uuid({ version: 4 }), text: fc.string() })
  .map(({ id, text }): DeskAction => ({
    id,
    at: "2026-01-02T03:04:05Z",
    by: { subject: "token", via: "cli" },
    what: { kind: "note", cause: "0".repeat(64), text: `x${text}` },
  }));
const someActions = fc.array(anAction, { minLength: 1, maxLength: 12 });

function write(actions: readonly DeskAction[]): Buffer[] {
  let end = emptyChain;
  return actions.map((action) => {
    const next = chained(action, end);
    end = next.end;
    return Buffer.from(next.value);
  });
}

function faultsIn(
  values: readonly (Buffer | null)[],
  before: ChainEnd | undefined = emptyChain,
): string[] {
  let end = before;
  return values.flatMap((value) => {
    const next = followChain(value, end);
    end = next.end;
    return next.ok ? [] : [next.why];
  });
}

test("a chain reads back as the actions it was written of", () => {
  fc.assert(fc.property(someActions, (actions) => {
    let end = emptyChain;
    const read = write(actions).map((value) => {
      const next = followChain(value, end);
      end = next.end;
      return next.ok && next.action;
    });
    assert.deepEqual(read, actions);
    assert.equal(end.number, actions.length);
  }));
});

test("one that was altered, taken out, put in, exchanged or repeated is named", () => {
  const tamperings = fc.constantFrom(
    "alter",
    "take out",
    "put in",
    "exchange",
    "repeat",
    "forge",
  );
  fc.assert(
    fc.property(
      fc.array(anAction, { minLength: 3, maxLength: 12 }),
      anAction,
      tamperings,
      fc.nat(),
      (actions, another, tampering, at) => {
        const values: (Buffer | null)[] = write(actions);
        // The last one has no successor to hold against it; whoever remembers the end has.
        const n = at % (values.length - 1);
        const [one, next] = values.slice(n);
        assert.ok(one && next);
        const forged = Buffer.from(
          chained(another, { number: n, link: "0".repeat(64) }).value,
        );
        if (tampering === "alter") {
          const text = one.toString().replace('"token"', '"nobody"');
          values[n] = Buffer.from(text);
        } else if (tampering === "take out") values.splice(n, 1);
        else if (tampering === "put in") values.splice(n, 0, forged);
        else if (tampering === "exchange") values.splice(n, 2, next, one);
        else if (tampering === "repeat") values.splice(n, 0, one);
        else values[n] = forged;
        assert.notDeepEqual(faultsIn(values), []);
      },
    ),
  );
});

test("a fault is named once, with the number of the action", () => {
  const actions = fc.sample(anAction, 5);
  const values: (Buffer | null)[] = write(actions);
  values[2] = Buffer.from("{}");
  assert.deepEqual(faultsIn(values), [
    "the record where action 3 should be is no action",
    "action 3 is not the one that action 4 was written after",
  ]);
  values.splice(2, 1);
  assert.deepEqual(faultsIn(values), ["action 4 comes after action 2"]);
});

test("what was kept no longer than the rest cannot be checked, the rest can", () => {
  const values = write(fc.sample(anAction, 6)).slice(2);
  let end: ChainEnd | undefined = undefined;
  for (const value of values) {
    const next = followChain(value, end);
    assert.ok(next.ok, next.ok ? "" : next.why);
    end = next.end;
  }
});

test("offsets are in order and apart", () => {
  const send = (ranges: unknown) => ({
    id: "3f0c1b5e-3a5c-4d0e-9f5a-0a3d3f1b2c4d",
    at: "2026-01-02T03:04:05Z",
    by: { subject: "token", via: "api" },
    what: {
      kind: "discard",
      reason: "tests",
      records: { topic: "dlq", offsets: [{ partition: 0, ranges }] },
    },
  });
  assert.ok(DeskAction.safeParse(send([[0, 0], [2, 5]])).success);
  for (const ranges of [[], [[3, 2]], [[0, 4], [4, 5]], [[5, 6], [1, 2]]]) {
    assert.ok(!DeskAction.safeParse(send(ranges)).success, `${ranges}`);
  }
});
