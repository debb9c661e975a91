import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { listening } from "#kit/listening.ts";
import { freePort } from "#processes/ports.ts";
import { download } from "./download.ts";

const body = "what is meant";
const sha256 = createHash("sha256").update(body).digest("hex");

/** Runs with the address of a server, and a file that is not there. */
async function withServer(
  answer: RequestListener,
  work: (url: string, file: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-download-"));
  const server = createServer(answer);
  const port = await listening(server);
  try {
    const url = `http://127.0.0.1:${port}/a.jar`;
    await work(url, join(folder, "a.jar"));
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
}

test("a file is written, and every byte of it is told", () =>
  withServer((_, response) => response.end(body), async (url, file) => {
    let received = 0;
    const onBytes = (bytes: number) => received += bytes;
    await download({ url, file, sha256 }, { onBytes });
    assert.equal(await readFile(file, "utf8"), body);
    assert.equal(received, body.length);
  }));

test("other bytes are refused at once, and nothing of them is left", () => {
  let asked = 0;
  return withServer((_, response) => {
    asked++;
    response.end("something else");
  }, async (url, file) => {
    await assert.rejects(
      download({ url, file, sha256 }),
      /a\.jar is not the file that is meant: its SHA-256 is [0-9a-f]{64} and must be/,
    );
    assert.ok(!existsSync(file));
    assert.equal(asked, 1);
  });
});

test("what is not there is not asked for again", () => {
  let asked = 0;
  return withServer((_, response) => {
    asked++;
    response.writeHead(404).end();
  }, async (url, file) => {
    await assert.rejects(
      download({ url, file, sha256 }),
      /^Error: 127\.0\.0\.1:\d+ answers 404 for http:.*a\.jar$/,
    );
    assert.equal(asked, 1);
  });
});

test("an answer that breaks off is asked for again, and counted once", () => {
  let asked = 0;
  return withServer((_, response) => {
    if (++asked > 2) return response.end(body);
    response.writeHead(200, { "content-length": body.length });
    response.write(body.slice(0, 4), () => response.destroy());
  }, async (url, file) => {
    let received = 0;
    const onBytes = (bytes: number) => received += bytes;
    await download({ url, file, sha256 }, { onBytes });
    assert.equal(await readFile(file, "utf8"), body);
    assert.deepEqual([asked, received], [3, body.length]);
  });
});

test("a host that is away is named", () =>
  withServer(() => {}, async (_, file) => {
    const host = `127.0.0.1:${await freePort()}`;
    await assert.rejects(
      download(
        { url: `http://${host}/a.jar`, file, sha256 },
        { attempts: 2 },
      ),
      (error) => String(error).startsWith(`Error: ${host} cannot be reached (`),
    );
  }));

test("it ends when it is stopped, and leaves nothing", () => {
  const stopping = new AbortController();
  return withServer((_, response) => {
    response.write("wh", () => stopping.abort());
  }, async (url, file) => {
    await assert.rejects(
      download({ url, file, sha256 }, { stopping: stopping.signal }),
      /it was stopped/,
    );
    assert.ok(!existsSync(file));
  });
});
