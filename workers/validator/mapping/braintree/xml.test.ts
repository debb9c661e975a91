import assert from "node:assert/strict";
import { test } from "node:test";
import { Unreadable } from "../unreadable.ts";
import { readXml } from "./xml.ts";

test("elements are objects, and their texts stay as they are written", () => {
  const xml =
    '<?xml version="1.0"?><a><b type="decimal">010.50</b><c nil="true"/><d>1</d><d>2</d></a>';
  assert.deepEqual(readXml(xml, "it"), {
    a: { b: "010.50", c: "", d: ["1", "2"] },
  });
});

test("references are put in once", () => {
  const xml = "<a>&lt;&amp;lt;&#65;&#x42;&quot;&apos;&unknown;&#0;</a>";
  assert.deepEqual(readXml(xml, "it"), { a: "<&lt;AB\"'&unknown;&#0;" });
});

test("what is not XML as Braintree writes it is refused", () => {
  const refused = {
    "a document type": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "an element that does not end": "<a><b>1</a>",
    "no element": "",
    "a text": "hello",
    "an element too deep": `${"<a>".repeat(40)}1${"</a>".repeat(40)}`,
    "what objects inherit": "<a><__proto__><b>1</b></__proto__></a>",
    "too much": `<a>${"x".repeat(600_000)}</a>`,
  };
  for (const [what, xml] of Object.entries(refused)) {
    assert.throws(() => readXml(xml, "it"), Unreadable, what);
  }
});
