import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { around, cardMember } from "#kit/intake/any_cards.ts";
import { mayHaveCardData } from "./may_have_card_data.ts";

const NUMBER = "4242424242424242";
const may = (text: string, encoding: "utf8" | "latin1" | "utf16le" = "utf8") =>
  mayHaveCardData(Buffer.from(text, encoding));

test("whatever the door would find is suspected in a body that it has refused, whole or broken off behind it", () =>
  fc.assert(fc.property(
    cardMember.chain(({ json }) => fc.tuple(fc.constant(json), around([json]))),
    ([member, json]) => {
      assert.ok(may(json), json);
      assert.ok(may(json.slice(0, json.indexOf(member) + member.length)));
    },
  )));

test("a number is suspected under any key and in any form", () => {
  for (
    const text of [
      NUMBER,
      `{"note":"paid with 4242-4242 4242 4242."}`,
      `"4242\\u0034242`.padEnd(30) + `\\u0034\\u0032${NUMBER.slice(2)}`,
      `card%5Bnumber%5D=%34242+4242+4242+4242&x=1`,
      `<cvv type="string">123</cvv>`,
      `{"c\\u0076v" : "123"}`,
      `cvc=1234`,
      `bt_payload=${
        encodeURIComponent(
          Buffer.from(`<number>${NUMBER}</number>`).toString("base64"),
        )
      }`,
      `x${"1".repeat(40)}`,
    ]
  ) assert.ok(may(text), text);
  assert.ok(may(`{"pan":"${NUMBER}"}`, "utf16le"));
});

test("what has none is not suspected", () => {
  for (
    const text of [
      "",
      "{}",
      `{"event_id":"evt_1","amount":49.90,"timestamp":"2026-01-02T03:04:05Z"}`,
      `{"created":1700000000,"card":{"last4":"4242","number":"424242******4242"}}`,
      `{"cvc_check":"pass","order_number":"12345"}`,
    ]
  ) assert.ok(!may(text), text);
});
