import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import type { PatchOperation } from "#contracts/desk_action.ts";
import { applyEdit, EditRefused } from "./apply_edit.ts";

function edited(
  text: string,
  ...patch: readonly Readonly<Record<string, unknown>>[]
): string {
  return applyEdit(Buffer.from(text), {
    patch: patch as PatchOperation[],
  }).toString("utf8");
}

const refused = (
  why: RegExp,
  text: string,
  ...patch: readonly Readonly<Record<string, unknown>>[]
) =>
  assert.throws(
    () => edited(text, ...patch),
    (error: unknown) => error instanceof EditRefused && why.test(error.message),
  );

const replace = (path: string, value: unknown) => ({
  op: "replace",
  path,
  value,
});

test("what an edit does not name stays as it is, byte for byte", () => {
  const text =
    '{ "amount":49.90,\t"big":12345678901234567890, "e": 1E+2,\r\n  "text":"\\u0041\\/\\ud83d\\ude00é", "currency" : "usd","list":[1.0,  2.00 ]}\n';
  assert.equal(
    edited(text, replace("/currency", "USD")),
    text.replace('"usd"', '"USD"'),
  );
  assert.equal(
    edited(text, replace("/list/1", null)),
    text.replace("2.00", "null"),
  );
  assert.equal(
    edited(text, { op: "remove", path: "/big" }),
    text.replace('\t"big":12345678901234567890,', ""),
  );
  const added = edited(text, { op: "add", path: "/new", value: 1 });
  assert.equal(
    added.replace(/,\s*"new":\s*1/, ""),
    text,
    "what is put in changes nothing beside it",
  );
});

test("the operations of RFC 6902 do what its appendix A says", () => {
  const cases: [string, Record<string, unknown>[], unknown][] = [
    ['{"foo":"bar"}', [{ op: "add", path: "/baz", value: "qux" }], {
      baz: "qux",
      foo: "bar",
    }],
    ['{"foo":["bar","baz"]}', [{ op: "add", path: "/foo/1", value: "qux" }], {
      foo: ["bar", "qux", "baz"],
    }],
    ['{"baz":"qux","foo":"bar"}', [{ op: "remove", path: "/baz" }], {
      foo: "bar",
    }],
    ['{"foo":["bar","qux","baz"]}', [{ op: "remove", path: "/foo/1" }], {
      foo: ["bar", "baz"],
    }],
    ['{"baz":"qux","foo":"bar"}', [replace("/baz", "boo")], {
      baz: "boo",
      foo: "bar",
    }],
    [
      '{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}',
      [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
      { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
    ],
    [
      '{"foo":["all","grass","cows","eat"]}',
      [{ op: "move", from: "/foo/1", path: "/foo/3" }],
      { foo: ["all", "cows", "eat", "grass"] },
    ],
    [
      '{"baz":"qux","foo":["a",2,"c"]}',
      [{ op: "test", path: "/baz", value: "qux" }, {
        op: "test",
        path: "/foo/1",
        value: 2,
      }],
      { baz: "qux", foo: ["a", 2, "c"] },
    ],
    ['{"foo":"bar"}', [{ op: "add", path: "/child", value: { a: {} } }], {
      foo: "bar",
      child: { a: {} },
    }],
    ['{"foo":["bar"]}', [{ op: "add", path: "/foo/-", value: ["x"] }], {
      foo: ["bar", ["x"]],
    }],
    ['{"/":9,"~1":10}', [{ op: "test", path: "/~01", value: 10 }], {
      "/": 9,
      "~1": 10,
    }],
    ['{"foo":null}', [{ op: "copy", from: "/foo", path: "/bar" }], {
      foo: null,
      bar: null,
    }],
    ['{"foo":1}', [replace("", { whole: true })], { whole: true }],
    ["{}", [{ op: "add", path: "/a", value: 1 }], { a: 1 }],
    ["[]", [{ op: "add", path: "/0", value: 1 }], [1]],
    ['{"a":[]}', [{ op: "add", path: "/a/-", value: 1 }], { a: [1] }],
    ['{"":{"":1}}', [replace("//", 2)], { "": { "": 2 } }],
  ];
  for (const [text, patch, expected] of cases) {
    assert.deepEqual(JSON.parse(edited(text, ...patch)), expected, text);
  }
});

test("an edit that does not fit says which operation, and why", () => {
  refused(
    /^Operation 1 .*replace \/b.*there is no b$/,
    '{"a":1}',
    replace("/b", 1),
  );
  refused(/^Operation 2 /, '{"a":1}', replace("/a", 2), {
    op: "remove",
    path: "/c",
  });
  refused(/another/, '{"a":1}', { op: "test", path: "/a", value: "1" });
  refused(/no value/, '{"a":1}', { op: "add", path: "/b" });
  refused(/list is shorter/, "[1]", { op: "add", path: "/2", value: 1 });
  refused(/there is no a.b/, '{"a":{}}', {
    op: "add",
    path: "/a/b/c",
    value: 1,
  });
  refused(/holds nothing/, '{"a":1}', { op: "add", path: "/a/b", value: 1 });
  refused(/from must be/, '{"a":1}', { op: "copy", path: "/b" });
  refused(/nothing would be left/, '{"a":1}', { op: "remove", path: "" });
  for (
    const text of ["", "not JSON", '{"a":1', '{"a":1,}', "{a:1}", "/**/{}"]
  ) {
    refused(/is not JSON/, text, replace("/a", 1));
  }
  assert.throws(() => applyEdit(null, { patch: [] }), /no value/);
  assert.throws(
    () => applyEdit(Buffer.of(0x7b, 0xff, 0x7d), { patch: [] }),
    /not UTF-8/,
  );
});

test("a name that stands twice is not edited, as the one that counts is the last", () => {
  const text = '{"payload":{"amount":1,"amount":-1},"id":7}';
  refused(
    /payload\.amount stands there twice/,
    text,
    replace("/payload/amount", 2),
  );
  assert.equal(edited(text, replace("/id", 8)), text.replace("7", "8"));
});

test("a number that is copied or moved keeps its digits", () => {
  const text = '{"amount":49.90,"id":12345678901234567890}';
  assert.match(
    edited(text, { op: "copy", from: "/amount", path: "/total" }),
    /"total":\s*49\.90\b/,
  );
  assert.match(
    edited(text, { op: "move", from: "/id", path: "/number" }),
    /^\{"amount":49\.90,\s*"number":\s*12345678901234567890\}$/,
  );
});

test("a byte order mark and what stands around the value stay", () => {
  for (const around of [["\ufeff", ""], [" \n", "\n\n"]]) {
    const [before = "", behind = ""] = around;
    const text = (amount: number) => `${before}{"amount":${amount}}${behind}`;
    try {
      assert.equal(edited(text(-1), replace("/amount", 2)), text(2));
    } catch (error) {
      // JSON has no byte order mark (RFC 8259, 8.1): to refuse it is as good as to keep it.
      assert.ok(error instanceof EditRefused && before === "\ufeff");
    }
  }
});

test("a whole body is taken as it is", () => {
  const bytes = Buffer.of(0, 255, 10);
  assert.deepEqual(
    applyEdit(Buffer.from("{}"), { value_base64: bytes.toString("base64") }),
    bytes,
  );
});

test("whatever the body, replacing a value changes that value and nothing else", () => {
  const spaces = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
  const literal = fc.oneof(
    fc.json({ maxDepth: 2 }),
    fc.constantFrom(
      "49.90",
      "1E+2",
      "-0.0",
      "12345678901234567890",
      '"\\u00e9\\/"',
    ),
  );
  const member = fc.record({
    name: fc.string({ unit: "binary" }).filter((name) => name.isWellFormed()),
    literal,
    spaces: fc.tuple(spaces, spaces, spaces, spaces),
  });
  const body = fc.uniqueArray(member, {
    selector: ({ name }) => name,
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(
      body,
      fc.nat(),
      fc.jsonValue({ maxDepth: 2 }),
      (members, at, value) => {
        const chosen = at % members.length;
        const textWith = (replaced?: string) =>
          `{${
            members.map(({ name, literal, spaces: [a, b, c, d] }, n) =>
              `${a}${JSON.stringify(name)}${b}:${c}${
                n === chosen ? replaced ?? literal : literal
              }${d}`
            ).join(",")
          }}`;
        const pointer = `/${
          members[chosen]?.name.replaceAll("~", "~0").replaceAll("/", "~1")
        }`;
        assert.equal(
          edited(textWith(), replace(pointer, value)),
          textWith(JSON.stringify(value)),
        );
      },
    ),
    { numRuns: 50 },
  );
});
