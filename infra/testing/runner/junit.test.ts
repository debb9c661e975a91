import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, readReport, slowest } from "./junit.ts";

const fromDeno = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.148">
    <testsuite name="./a.test.ts" tests="4" disabled="1" errors="0" failures="1">
        <testcase name="holds" classname="./a.test.ts" time="0.002" line="3" col="1">
        </testcase>
        <testcase name="a wrong &lt;failure&gt;" classname="./a.test.ts" time="0.003" line="4" col="1">
            <failure message="Uncaught AssertionError">AssertionError: 1 !== 2 &amp;&#38; &#x27;&lt;</failure>
        </testcase>
        <testcase name="later" classname="./a.test.ts" time="0.000" line="5" col="1">
            <skipped/>
        </testcase>
        <testcase name="holds &gt; too" classname="./a.test.ts" time="0.000" line="7" col="43">
        </testcase>
    </testsuite>
</testsuites>`;

const fromBun = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="3" assertions="0" failures="1" skipped="1" time="0.03">
  <testsuite name="b.test.ts" file="b.test.ts" tests="3" failures="1" skipped="1">
    <testcase name="holds" classname="" time="0.002" file="b.test.ts" line="3" assertions="0" />
    <testcase name="is wrong" classname="" time="0.001" file="b.test.ts" line="4" assertions="0">
      <failure type="AssertionError" message="1 !== 2" />
    </testcase>
    <testcase name="later" classname="" time="0" file="b.test.ts" line="5" assertions="0">
      <skipped message="TODO" />
    </testcase>
  </testsuite>
</testsuites>`;

test("passed and failed tests of a report by Deno are counted, skipped ones are not", () => {
  assert.deepEqual(readReport(fromDeno), {
    passed: 2,
    failed: 1,
    files: new Map([["a.test.ts", 0.005]]),
    failures: ["a.test.ts: a wrong <failure>: AssertionError: 1 !== 2 && '<"],
  });
});

test("passed and failed tests of a report by Bun are counted, skipped ones are not", () => {
  assert.deepEqual(readReport(fromBun), {
    passed: 1,
    failed: 1,
    files: new Map([["b.test.ts", 0.003]]),
    failures: ["b.test.ts: is wrong: 1 !== 2"],
  });
});

test("a file that ran no test is a failure", () => {
  const verdict = judge({
    runner: "Bun",
    files: ["b.test.ts", "broken.test.ts"],
    exitCode: 1,
    xml: fromBun,
  });
  assert.deepEqual(verdict, {
    passed: 1,
    failed: 2,
    complaints: [
      "Failed on Bun: b.test.ts: is wrong: 1 !== 2",
      "broken.test.ts ran no test on Bun",
    ],
    files: new Map([["b.test.ts", 0.003]]),
  });
});

test("a runner that wrote no report fails every file it was given", () => {
  const files = ["a.test.ts", "b.test.ts"];
  const verdict = judge({ runner: "Deno", files, exitCode: 0, xml: "" });
  assert.equal(verdict.passed, 0);
  assert.equal(verdict.failed, 2);
});

test("a runner that ends badly after its tests passed is a failure", () => {
  const xml = fromBun.replace(/<failure[^>]*>/, "");
  const verdict = judge({
    runner: "Bun",
    files: ["b.test.ts"],
    exitCode: null,
    xml,
  });
  assert.deepEqual(verdict, {
    passed: 2,
    failed: 1,
    complaints: ["Bun ended with exit code null"],
    files: new Map([["b.test.ts", 0.003]]),
  });
});

test("the files that took longest come first", () => {
  const files = new Map([["a.test.ts", 2], ["b.test.ts", 30.25], [
    "c.test.ts",
    7,
  ]]);
  assert.equal(
    slowest(files),
    "    30.3 s b.test.ts\n     7.0 s c.test.ts\n     2.0 s a.test.ts",
  );
});
