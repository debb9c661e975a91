import assert from "node:assert/strict";
import { test } from "node:test";
import { consumers } from "#contracts/services.ts";
import { choosePort, takenPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";

const refuses = (wanted: string | undefined, what: RegExp, taken = new Map()) =>
  assert.throws(() => choosePort(wanted, taken), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.exitCode, 1);
    assert.match(error.message, what);
    return true;
  });

test("the ports of consumers and of the rest of the stack are taken", () => {
  const taken = takenPorts();
  for (const [name, { port }] of Object.entries(consumers)) {
    assert.equal(taken.get(port), name);
  }
  for (
    const port of [
      ...[8000, 8003, 8004, 8005, 8006, 8007, 8010],
      ...[3000, 5433, 9090, 9092, 9093, 9094],
    ]
  ) {
    assert.ok(taken.has(port), `${port}`);
  }
});

test("the next port that nothing has is chosen", () => {
  const taken = new Map([8001, 8002, 8004].map((port) => [port, "a part"]));
  assert.equal(choosePort(undefined, taken), 8003);
  assert.ok(!takenPorts().has(choosePort(undefined)));
});

test("a port that is asked for is had, unless it is taken or none", () => {
  const taken = new Map([[8004, "enrichment"]]);
  assert.equal(choosePort("8123", taken), 8123);
  refuses("8004", /^Port 8004 is taken by enrichment/, taken);
  for (const wanted of ["", "80", "70000", "8e3", "-1", "8001.5"]) {
    refuses(wanted, /^--port must be a whole number from 1024 to 65535/);
  }
});

test("if no port is left, it is said what to do", () => {
  const all = Array.from({ length: 1_000 }, (_, index) => 8_000 + index);
  const taken = new Map(all.map((port) => [port, "a part"]));
  refuses(undefined, /is free: name one with --port/, taken);
});
