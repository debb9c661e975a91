import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isIP } from "node:net";
import {
  clientAddress,
  type ForwardedHeader,
  isRange,
  TrustedProxies,
} from "./client_address.ts";

const proxies = new TrustedProxies(["10.0.0.0/8", "192.0.2.7", "fd00::/8"]);

function client(
  address: string,
  value?: string,
  header: ForwardedHeader = "x-forwarded-for",
): string {
  const headers = new Headers(value === undefined ? {} : { [header]: value });
  return clientAddress({ address, headers, proxies, header });
}

test("of somebody who is no trusted proxy, no header is believed", () => {
  assert.equal(client("203.0.113.5", "198.51.100.1"), "203.0.113.5");
  assert.equal(
    client("203.0.113.5", "for=198.51.100.1", "forwarded"),
    "203.0.113.5",
  );
  assert.equal(client("192.0.2.8", "198.51.100.1"), "192.0.2.8");
});

test("the client is the last address that no trusted proxy has, whatever stands before it", () => {
  assert.equal(client("10.1.1.1", "198.51.100.1"), "198.51.100.1");
  const spoofed = "1.2.3.4, 10.9.9.9, 198.51.100.1, 10.2.2.2,192.0.2.7";
  assert.equal(client("10.1.1.1", spoofed), "198.51.100.1");
  assert.equal(client("10.1.1.1", `"x, 198.51.100.1`), "198.51.100.1");
});

test("where all are trusted the client is the farthest, and without a header the proxy", () => {
  assert.equal(client("10.1.1.1", "10.3.3.3, 10.2.2.2"), "10.3.3.3");
  assert.equal(client("10.1.1.1"), "10.1.1.1");
  assert.equal(client("10.1.1.1", ""), "10.1.1.1");
});

test("what is no address ends the search at the proxy that wrote it", () => {
  for (
    const word of [
      "unknown",
      "_hidden",
      "host.example",
      "",
      "1.2.3",
      "::1%eth0",
    ]
  ) {
    assert.equal(client("10.1.1.1", `1.2.3.4, ${word}, 10.2.2.2`), "10.2.2.2");
  }
});

test("an address is read with a port, in brackets, mapped from IPv4, and in its shortest form", () => {
  const cases = [
    ["198.51.100.1:4711", "198.51.100.1"],
    ["[2001:DB8:0:0::1]", "2001:db8::1"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["::ffff:198.51.100.1", "198.51.100.1"],
  ] as const;
  for (const [text, address] of cases) {
    assert.equal(client("10.1.1.1", text), address);
  }
  assert.equal(client("::ffff:10.1.1.1", "198.51.100.1"), "198.51.100.1");
  assert.equal(client("fd00::1", "2001:db8::1"), "2001:db8::1");
});

test("Forwarded is read as RFC 7239 has it, from its end", () => {
  const forwarded = (value: string) => client("10.1.1.1", value, "forwarded");
  assert.equal(forwarded("for=198.51.100.1"), "198.51.100.1");
  assert.equal(
    forwarded('for=1.2.3.4, FOR="[2001:db8::1]:4711";proto=https;by=10.1.1.1'),
    "2001:db8::1",
  );
  assert.equal(
    forwarded("for=198.51.100.1;proto=http, proto=https; for=10.2.2.2"),
    "198.51.100.1",
  );
  assert.equal(forwarded('for="1.2.3.4, for=198.51.100.1'), "198.51.100.1");
  for (const none of ["for=unknown", "for=_x", 'by="a,b"', "198.51.100.1"]) {
    assert.equal(forwarded(none), "10.1.1.1", none);
  }
});

test("the header that the proxies do not write is not looked at", () => {
  const headers = new Headers({
    "x-forwarded-for": "198.51.100.1",
    forwarded: "for=1.2.3.4",
  });
  const found = (header: ForwardedHeader) =>
    clientAddress({ address: "10.1.1.1", headers, proxies, header });
  assert.equal(found("x-forwarded-for"), "198.51.100.1");
  assert.equal(found("forwarded"), "1.2.3.4");
});

test("whatever is sent, what comes out is an address", () => {
  const text = fc.string({
    unit: fc.constantFrom(...'0123456789abcdef.:[]",;=for \t%\x1b\u00ff'),
  });
  fc.assert(fc.property(text, fc.boolean(), (value, isForwarded) => {
    const headers = {
      get: () => value,
    } satisfies Partial<Headers>;
    const found = clientAddress({
      address: "10.1.1.1",
      headers: Object.assign(new Headers(), headers),
      proxies,
      header: isForwarded ? "forwarded" : "x-forwarded-for",
    });
    assert.notEqual(isIP(found), 0, found);
  }));
});

test("a range is an address, alone or with the length of a prefix that it can have", () => {
  for (
    const good of ["10.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32", "::/0"]
  ) {
    assert.ok(isRange(good), good);
  }
  for (
    const bad of [
      "10.0.0.0/33",
      "::/129",
      "10.0.0",
      "host",
      "10.0.0.0/",
      "/8",
      "",
    ]
  ) {
    assert.ok(!isRange(bad), bad);
  }
});
