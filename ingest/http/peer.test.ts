import assert from "node:assert/strict";
import { test } from "node:test";
import { peerOf } from "./peer.ts";

test("a peer is an IPv4 address or the /64 of an IPv6 address", () => {
  const cases = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::6", "2001:db8:1:2"],
    ["2001:db8::6", "2001:db8:0:0"],
    ["2001:db8::", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
  ] as const;
  for (const [address, peer] of cases) assert.equal(peerOf(address), peer);
});
