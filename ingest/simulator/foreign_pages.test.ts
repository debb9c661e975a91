import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { refusalOf, refuseForeignPages } from "./foreign_pages.ts";

/** What becomes of a POST to `url`, and whether anything was done. */
async function post(url: string, headers: Record<string, string> = {}) {
  let done = 0;
  const app = new Hono().post(
    "/authorize",
    refuseForeignPages(["simulator.test", "fd00::1"]),
    (c) => {
      done++;
      return c.text("signed");
    },
  );
  const response = await app.request(`${url}/authorize`, {
    method: "POST",
    body: "{}",
    headers: { "Content-Type": "application/json", ...headers },
  });
  assert.equal(
    response.headers.get("Access-Control-Allow-Origin"),
    null,
    "no other origin may read the answer",
  );
  if (response.status !== 200) {
    assert.match((await response.json()).detail, /^[A-Z].*\.$/);
  }
  assert.equal(done, response.status === 200 ? 1 : 0);
  return response.status;
}

const HERE = "http://127.0.0.1:8003";

test("a program that sends JSON is served by each name of loopback and each that is configured", async () => {
  for (
    const url of [
      HERE,
      "http://127.0.0.2:9",
      "http://localhost:8003",
      "http://[::1]:8003",
      "http://simulator.test:8003",
      "http://SIMULATOR.test",
      "http://[fd00::1]:8003",
    ]
  ) assert.equal(await post(url), 200, url);
});

test("JSON is asked for by its media type, whatever its parameters", async () => {
  const status = (type: string) => post(HERE, { "Content-Type": type });
  assert.equal(await status("application/json; charset=utf-8"), 200);
  assert.equal(await status("Application/JSON ;charset=utf-8"), 200);
  // Those that a page may send to any origin without asking, and their like.
  for (
    const type of [
      "text/plain",
      "text/plain;charset=UTF-8",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=application/json",
      "text/plain; application/json",
      "application/jsonp",
      "",
    ]
  ) assert.equal(await status(type), 415, type);
});

test("a page of another origin has nothing signed, whatever it says it sends", async () => {
  for (
    const Origin of [
      "https://evil.example",
      "null",
      "",
      "http://127.0.0.1:8004",
      "http://127.0.0.1",
      "http://localhost:8003",
      "http://127.0.0.1:8003.evil.example",
    ]
  ) assert.equal(await post(HERE, { Origin }), 403, Origin);
});

test("a browser's word on how the page is related to us counts, with or without Origin", async () => {
  const status = (site: string) => post(HERE, { "Sec-Fetch-Site": site });
  assert.equal(await status("cross-site"), 403);
  assert.equal(await status("same-site"), 403);
  assert.equal(await status("same-origin"), 200);
  assert.equal(await status("none"), 200);
});

test("a page whose name was made to mean loopback has nothing signed", async () => {
  const rebound = "http://evil.example:8003";
  assert.equal(await post(rebound), 403);
  const headers = { Origin: rebound, "Sec-Fetch-Site": "same-origin" };
  assert.equal(await post(rebound, headers), 403);
  assert.equal(await post("http://localhost.evil.example:8003"), 403);
});

test("our own page of /docs tries requests out", async () => {
  for (const url of [HERE, "http://localhost:8003", "http://[::1]:8003"]) {
    const headers = { Origin: url, "Sec-Fetch-Site": "same-origin" };
    assert.equal(await post(url, headers), 200, url);
  }
});

test("a Host that can be none is no name of the simulator", () => {
  for (const host of ["256.0.0.1", "[:::]", "1.2.3.4.5"]) {
    const url = `http://${host}/authorize`;
    const request = { url, headers: new Headers(), method: "POST" };
    assert.equal(refusalOf(request, new Set()), "host", host);
  }
});
