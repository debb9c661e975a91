import assert from "node:assert/strict";
import { test } from "node:test";
import { attacks } from "./attacks.ts";
import { attackCommand, parseOptions } from "./options.ts";

test("without words all attacks are chosen, else those whose names contain one", () => {
  assert.deepEqual(parse().chosen, Object.keys(attacks));
  const chosen = parse("one_byte", "idle").chosen;
  assert.ok(chosen.includes("idle_connections_keep_nobody_out"));
  assert.ok(chosen.every((name) => /one_byte|idle/.test(name)), `${chosen}`);
});

test("the quick form is one short round, unless it is told otherwise", () => {
  const { quick, seconds, rounds } = parse("--quick");
  assert.deepEqual({ quick, seconds, rounds }, {
    quick: true,
    seconds: 1,
    rounds: 1,
  });
  assert.equal(parse("--quick", "--seconds", "7").seconds, 7);
});

test("an attack that there is none of is refused, and so is one without end", () => {
  assert.throws(() => parse("no_such"), /contains no_such/);
  for (const seconds of ["0", "61", "1.5", "ever"]) {
    assert.throws(() => parse("--seconds", seconds), /whole number from 1 to/);
  }
});

function parse(...args: string[]) {
  const command = attackCommand().exitOverride()
    .configureOutput({ writeErr: () => {} });
  return parseOptions(args, command);
}
