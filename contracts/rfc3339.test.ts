import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { faultOfRfc3339, readRfc3339 } from "./rfc3339.ts";

const good = {
  "2026-01-02T03:04:05Z": "2026-01-02T03:04:05.000Z",
  "2026-01-02t03:04:05z": "2026-01-02T03:04:05.000Z",
  "2026-01-02T03:04:05.6789-00:00": "2026-01-02T03:04:05.678Z",
  "2026-01-02T03:04:05.123456789+15:59": "2026-01-01T11:05:05.123Z",
  "2024-02-29T00:00:00Z": "2024-02-29T00:00:00.000Z",
  "0001-01-01T00:00:00Z": "0001-01-01T00:00:00.000Z",
  "0001-01-01T00:00:00-15:59": "0001-01-01T15:59:00.000Z",
  "0096-02-29T12:00:00Z": "0096-02-29T12:00:00.000Z",
  "9999-12-31T23:59:59.999999499Z": "9999-12-31T23:59:59.999Z",
  "2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000Z",
  "2017-01-01T05:29:60.000+05:30": "2017-01-01T00:00:00.000Z",
  "1990-12-31T15:59:60-08:00": "1991-01-01T00:00:00.000Z",
};
for (const [text, instant] of Object.entries(good)) {
  test(`${text} is ${instant}`, () => {
    assert.deepEqual(readRfc3339(text), { ok: true, ms: Date.parse(instant) });
    assert.equal(faultOfRfc3339(text), undefined);
  });
}

const bad = {
  "must be an RFC 3339 time with seconds and an offset": [
    "",
    "now",
    "2026-01-02",
    "2026-01-02T03:04Z",
    "2026-01-02T03:04:05",
    "2026-01-02 03:04:05Z",
    "2026-01-02T03:04:05.Z",
    "2026-01-02T03:04:05,5Z",
    "2026-01-02T03:04:05+0100",
    "+002026-01-02T03:04:05Z",
    " 2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05Z\n",
    "2026-01-02T03:04:05\u00b1",
    "\u0662026-01-02T03:04:05Z",
  ],
  "must be a time that the calendar and the clock have": [
    "2026-00-01T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:61Z",
  ],
  "must have at most 9 decimals": ["2026-01-01T00:00:00.0000000000Z"],
  "must have an offset from -15:59 to +15:59": [
    "2026-01-01T00:00:00+16:00",
    "2026-01-01T00:00:00-23:00",
    "2026-01-01T00:00:00+01:60",
  ],
  "can have a leap second only at 23:59:60 of UTC": [
    "2016-12-30T23:59:60Z",
    "2016-12-31T12:59:60Z",
    "2016-12-31T23:59:60.5Z",
    "2016-12-31T23:58:60Z",
    "2016-12-31T23:59:60+01:00",
  ],
  "must lie between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z": [
    "0000-06-01T00:00:00Z",
    "0000-12-31T23:59:00-00:01",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59.9999995Z",
    "9999-12-31T23:59:60Z",
    "9999-12-31T23:59:59-00:01",
  ],
};
for (const [fault, texts] of Object.entries(bad)) {
  for (const text of texts) {
    test(`${JSON.stringify(text)} ${fault}`, () => {
      assert.ok(faultOfRfc3339(text)?.startsWith(fault), faultOfRfc3339(text));
    });
  }
}

test("any instant that a Date can write is read as itself, and no common one is looked at twice in vain", () => {
  fc.assert(fc.property(
    fc.date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59.999Z"),
      noInvalidDate: true,
    }),
    (date) => {
      const text = date.toISOString();
      assert.deepEqual(readRfc3339(text), { ok: true, ms: date.getTime() });
      assert.equal(faultOfRfc3339(text), undefined);
    },
  ));
});

test("whatever the digits, the quick look finds no fault only where the close one finds none", () => {
  const two = fc.nat(99).map((n) => String(n).padStart(2, "0"));
  fc.assert(
    fc.property(
      fc.tuple(two, two, two, two, two, two, two),
      fc.constantFrom(
        "Z",
        "z",
        "+00:00",
        "-15:59",
        "+14:30",
        "+16:00",
        "-99:99",
      ),
      fc.constantFrom("", ".5", ".999999999", ".0000000001"),
      ([century, year, month, day, hour, minute, second], offset, fraction) => {
        const text =
          `${century}${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`;
        const read = readRfc3339(text);
        assert.equal(faultOfRfc3339(text), read.ok ? undefined : read.fault);
      },
    ),
    { numRuns: 20_000 },
  );
});
