import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { editableText, editedBody } from "./edited_body.ts";

/** As a browser sends a text area. */
const sent = (text: string) => text.replaceAll(/\r\n?|\n/g, "\r\n");

test("a body that nobody touched comes back byte for byte, whatever ends its lines", () => {
  for (const body of ["", "{}", "{\n}\n", "a\r\nb\n\rc\r", '{"a":49.90}']) {
    assert.equal(editedBody(body, sent(body)).toString(), body);
  }
});

test("an edit changes what was edited and no other end of a line", () => {
  const body = '{\r\n"a":1,\n"b":2}\r\n';
  const edited = sent(body).replace('"a":1', '"a":10');
  assert.equal(editedBody(body, edited).toString(), '{\r\n"a":10,\n"b":2}\r\n');
  const longer = sent("{\n}").replace("{", '{\r\n  "a": 1');
  assert.equal(editedBody("{\n}", longer).toString(), '{\n  "a": 1\n}');
});

test("what a text area does not give back is not edited as a text", () => {
  assert.throws(() => editableText(Buffer.from([0xff])), /not UTF-8/);
  assert.throws(() => editableText(Buffer.from("a\0b")), /control/);
  assert.equal(editableText(null), "");
});
