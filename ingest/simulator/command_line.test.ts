import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "#runtime/errors.ts";
import { commandLine } from "./command_line.ts";

test("the command line names providers and incidents, again and again or in a list, and nothing else", () => {
  assert.deepEqual(commandLine([]), {});
  const args = ["--provider", "stripe", "--provider=adyen,paypal"];
  assert.deepEqual(commandLine(args), { providers: "stripe,adyen,paypal" });
  assert.deepEqual(
    commandLine(["--incident", "fraud-ring", "--incident=approval-drop"]),
    { incidents: "fraud-ring,approval-drop" },
  );
  for (const wrong of [["--providers", "x"], ["stripe"], ["--provider"]]) {
    const refused = commandLine(wrong);
    assert.ok("problem" in refused);
    assert.match(
      refused.problem,
      /^Cannot start simulator: .* It takes --provider all, or names of providers, and --incident with names of incidents\.$/,
    );
    assert.equal(refused.exitCode, exitCodes.config);
  }
});

test("of an incident that there is not it says which there are, and ends with 2", () => {
  for (const name of ["earthquake", "approval-drop,earthquake"]) {
    assert.deepEqual(commandLine(["--incident", name]), {
      problem:
        "There is no incident earthquake: incidents are provider-outage, approval-drop, fraud-ring, duplicate-storm.",
      exitCode: 2,
    });
  }
});
