import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import {
  cardDataKeys,
  cardNumber,
  noCardNumber,
  securityCode,
  spaced,
} from "#kit/intake/any_cards.ts";
import { cardDataInForm } from "./card_data_in_form.ts";
import { cardDataInXml } from "./card_data_in_xml.ts";

const NUMBER = "4242424242424242";
const inForm = (fields: Record<string, string>) =>
  cardDataInForm(new URLSearchParams(fields))?.name;
const payloadOf = (xml: string) =>
  Buffer.from(xml).toString("base64").replaceAll(/.{60}/g, "$&\n");

test("fields of a form are keys, and a path in their names is gone along", () => {
  assert.equal(inForm({ a: "1", card_number: NUMBER }), "card number");
  assert.equal(inForm({ "card[number]": "4242 4242 4242 4242" }), "number");
  assert.equal(inForm({ "source.cid": "1234" }), "cid");
  for (const name of ["number", "phone[number]", "a"]) {
    assert.equal(inForm({ [name]: NUMBER }), undefined, name);
  }
  assert.equal(inForm({ card_number: "4242424242424241" }), undefined);
});

test("each key is found in XML in base64, in lines or not, and no other", () => {
  const dashed = (name: string) => name.replaceAll(" ", "-");
  fc.assert(fc.property(
    fc.constantFrom(...cardDataKeys),
    cardNumber.chain((digits) => fc.tuple(spaced(digits), noCardNumber)),
    securityCode,
    ({ kind, name }, [number, none], code) => {
      const element = (its: string) =>
        payloadOf(
          `<?xml version="1.0"?><notification><!-- <x> --><kind/><subject><credit-card a="1">\n` +
            `<token>t</token><${dashed(name)} type="string">${its}</${
              dashed(name)
            }></credit-card></subject></notification>`,
        );
      const value = kind === "card_number" ? number : code;
      const bt_signature = "a|b";
      assert.equal(
        inForm({ bt_signature, bt_payload: element(value) }),
        name,
      );
      const harmless = kind === "card_number" ? none : `${code}5x`;
      assert.equal(
        inForm({ bt_signature, bt_payload: element(harmless) }),
        undefined,
      );
    },
  ));
});

test("in XML the element around it is what a key stands in", () => {
  const number = `<number>${NUMBER}</number>`;
  for (
    const xml of [
      `<phone>${number}</phone>`,
      `<card/>${number}`,
      `<card><token>x</token></card>${number}`,
      `<card><phone>${number}</phone></card>`,
      `<card><number>411111******1111</number></card>`,
      `<card><number>${NUMBER}`,
      `<card><number>`,
      `<card><number`,
      `<![CDATA[<card>${number}</card>`,
      ``,
    ]
  ) assert.equal(cardDataInXml(xml), undefined, xml);
  for (
    const xml of [
      `<a><card>${number}</card></a>`,
      `<card><phone><number>1</number></phone>${number}</card>`,
      `<card><number> ${NUMBER}\n</number></card>`,
      `<ns:card><ns:number>${NUMBER}</ns:number></ns:card>`,
      `<card><number><![CDATA[${NUMBER}]]></number></card>`,
      `<card><number>&#52;&#x32;${NUMBER.slice(2)}</number></card>`,
      `<credit-cards type="array"><credit-card>${number}</credit-card></credit-cards>`,
    ]
  ) assert.equal(cardDataInXml(xml)?.name, "number", xml);
});

test("whatever a form or an XML text is, nothing is thrown", () =>
  fc.assert(fc.property(
    fc.string({ unit: fc.constantFrom(...'<>/![]CDATA-?&#; a4card"') }),
    (text) => {
      cardDataInXml(text);
      inForm({ [text]: text, b: payloadOf(text) });
    },
  )));
