import assert from "node:assert/strict";
import { test } from "node:test";
import { benchCommand, parseOptions } from "./options.ts";
import { stageNames } from "./result.ts";

test("without stages, all are run but the one that takes longest", () => {
  const { stages, rounds, quick } = parse();
  assert.deepEqual(
    stages,
    stageNames.filter((stage) => stage !== "scale"),
  );
  assert.deepEqual({ rounds, quick }, { rounds: 3, quick: false });
});

test("a quick run has fewer rounds, and without stages fewer of them", () => {
  const { stages, rounds } = parse("--quick");
  assert.equal(rounds, 2);
  assert.ok(!stages.includes("start"));
  assert.deepEqual(parse("start", "--quick").stages, ["start"]);
  assert.equal(parse("--quick", "--rounds", "5").rounds, 5);
});

test("stages that are named are run in their own order, each once", () => {
  const { stages } = parse("scale", "intake", "scale");
  assert.deepEqual(stages, ["intake", "scale"]);
});

test("a stage that there is none of is refused, with those that there are", () => {
  assert.throws(
    () => parse("intake", "egress"),
    (error: Error) =>
      error.message.includes("'egress'") &&
      error.message.includes(stageNames.join(", ")),
  );
});

test("rounds are a whole number from 1", () => {
  for (const rounds of ["0", "1.5", "many"]) {
    assert.throws(() => parse("--rounds", rounds), /a whole number from 1/);
  }
});

test("what to measure against and where to write may be named", () => {
  const options = parse(
    "--against",
    "HEAD~1",
    "--report",
    "r.html",
    "--quick",
    "--record",
  );
  assert.equal(options.against, "HEAD~1");
  assert.equal(options.report, "r.html");
  assert.equal(options.record, true);
  assert.equal(parse().against, undefined);
  assert.equal(parse().record, false);
});

test("a long run is not recorded", () => {
  assert.throws(() => parse("--record"), /--record needs --quick/);
});

function parse(...args: string[]) {
  const command = benchCommand().exitOverride()
    .configureOutput({ writeErr: () => {} });
  return parseOptions(args, command);
}
