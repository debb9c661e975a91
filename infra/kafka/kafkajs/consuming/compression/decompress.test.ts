import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { decompress } from "./decompress.ts";
import { UnreadableError } from "./unreadable.ts";

const codec = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
type Name = keyof typeof codec;
const names: readonly Name[] = ["gzip", "snappy", "lz4", "zstd"];

const text = Buffer.from(
  Array.from(
    { length: 2_500 },
    (_, n) => `{"payment_id":"pay_${n * n % 31}","amount":${n * 7 % 13}}\n`,
  ).join(""),
);

/**
 * The text, by others' hands: liblz4 (python-lz4 4.4), Rust's snap (cramjam 2.14), libzstd (zstandard 0.25) and
 * zlib. Names begin with the codec.
 */
const frames: [string, Name, Buffer][] = Object.entries<string>(
  JSON.parse(
    readFileSync(new URL("test_frames.json", import.meta.url), "utf8"),
  ),
).map(([name, base64]) => {
  const its = names.find((one) => name.startsWith(one));
  assert.ok(its);
  return [name, its, Buffer.from(base64, "base64")];
});

const LIMIT = 1024 * 1024;

for (const [name, its, bytes] of frames) {
  test(`${name}: what others wrote is read`, () => {
    assert.ok(decompress(codec[its], bytes, LIMIT).equals(text));
  });

  test(`${name}: as much as the limit is read, and not a byte more`, () => {
    assert.equal(
      decompress(codec[its], bytes, text.length).length,
      text.length,
    );
    const tooSmall = () => decompress(codec[its], bytes, text.length - 1);
    assert.throws(tooSmall, { kind: "too-large" });
  });

  test(`${name}: what is cut off anywhere is damaged, unless it was whole there`, () => {
    for (let length = 1; length < bytes.length; length += 13) {
      const made = outcome(its, bytes.subarray(0, length));
      if (Buffer.isBuffer(made)) {
        assert.ok(text.subarray(0, made.length).equals(made));
      } else assert.equal(made, "damaged");
    }
    assert.equal(outcome(its, bytes.subarray(0, bytes.length - 9)), "damaged");
  });

  test(`${name}: any damage is refused or changes some bytes, and nothing else happens`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), {
          minLength: 1,
          maxLength: 4,
        }),
        (changes) => {
          const damaged = Buffer.from(bytes);
          for (const [at, byte] of changes) damaged[at] = byte;
          outcome(its, damaged);
        },
      ),
      { numRuns: 300 },
    );
  });
}

for (const name of names) {
  test(`${name}: any bytes at all are refused or come to something`, () => {
    const magic = frames.find(([, its]) => its === name)?.[2].subarray(0, 7);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
        (bytes, hasMagic) => {
          outcome(
            name,
            Buffer.concat([...hasMagic && magic ? [magic] : [], bytes]),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });
}

/** What it comes to, or the kind of its refusal. Whatever else is thrown fails the test. */
function outcome(name: Name, bytes: Buffer): Buffer | UnreadableError["kind"] {
  try {
    return decompress(codec[name], bytes, LIMIT);
  } catch (error) {
    assert.ok(error instanceof UnreadableError, String(error));
    return error.kind;
  }
}

/** A byte, so often that 4 GiB come of it. */
const bombs: Record<Name, Buffer> = {
  gzip: gzipSync(Buffer.alloc(256 * LIMIT), { level: 1 }),
  snappy: Buffer.concat([
    // 4 GiB less a byte, a literal, and copies of 64 bytes.
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]),
    Buffer.alloc(30_000, Buffer.from([0xfe, 1, 0])),
  ]),
  lz4: Buffer.concat([
    Buffer.from("04224d18607000", "hex"),
    ...Array.from({ length: 1_024 }, lz4Block),
    Buffer.alloc(4),
  ]),
  zstd: Buffer.concat([
    Buffer.from("28b52ffd0058", "hex"),
    // 128 KiB of one byte each, none of them the last.
    Buffer.alloc(4 * 32_768, Buffer.from([0x02, 0x00, 0x10, 0x61])),
    Buffer.from([0x03, 0x00, 0x10, 0x61]),
  ]),
};

/** 4 MiB of one byte: a literal, a match of it, and literals as a block must end. */
function lz4Block(): Buffer {
  const block = Buffer.concat([
    Buffer.from([0x1f, 0x61, 1, 0]),
    Buffer.alloc(16_447, 255),
    Buffer.from([0, 0x50, 0x61, 0x61, 0x61, 0x61, 0x61]),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(block.length);
  return Buffer.concat([length, block]);
}

for (const name of names) {
  test(`${name}: a bomb is given up at the limit, without the memory that it asks for`, () => {
    const before = process.memoryUsage().rss;
    for (let n = 0; n < 5; n++) {
      assert.equal(outcome(name, bombs[name]), "too-large");
    }
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 200 * LIMIT, `it took ${grown} bytes`);
  });
}

test("a snappy literal of negative length does not run for ever", () => {
  const bytes = Buffer.from([10, 63 << 2, 0xfa, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  assert.equal(outcome("snappy", bytes), "damaged");
});

test("a window larger than what is made for it is refused", () => {
  assert.equal(
    outcome("zstd", Buffer.from("28b52ffd00a0010000", "hex")),
    "damaged",
  );
});

test("half a million frames with nothing in them are too many", () => {
  const empty = Buffer.from("28b52ffd2000010000", "hex");
  assert.deepEqual(outcome("zstd", empty), Buffer.alloc(0));
  assert.equal(outcome("zstd", Buffer.alloc(500_000 * 9, empty)), "damaged");
});

test("a codec that nobody knows is named", () => {
  assert.throws(
    () => decompress(6, Buffer.alloc(0), LIMIT),
    /is compressed with codec 6, which is none of gzip, snappy, lz4, zstd/,
  );
});

test("what comes to little keeps little in memory", () => {
  const line = Buffer.alloc(200, "a");
  const made = {
    gzip: decompress(codec.gzip, gzipSync(line), LIMIT),
    // A block of one byte, 200 times.
    zstd: decompress(
      codec.zstd,
      Buffer.from("28b52ffd20c843060061", "hex"),
      LIMIT,
    ),
  };
  for (const [name, bytes] of Object.entries(made)) {
    assert.ok(bytes.equals(line));
    const kept = bytes.buffer.byteLength;
    assert.ok(kept <= 2 * line.length, `${name}: ${kept} bytes are kept`);
  }
});
