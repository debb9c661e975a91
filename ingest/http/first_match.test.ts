import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { FirstMatch } from "./first_match.ts";

const app = new Hono({ router: new FirstMatch() })
  .get("/a/own", (c) => c.text("own"))
  .get("/a/:name", (c) => c.text(`any: ${c.req.param("name")}`))
  .get("/a/:name/:other", (c) => c.text(c.req.param("other")));

test("of several routes of a path the first is the one, and it is alone", async () => {
  assert.equal(app.router.match("GET", "/a/own")[0].length, 1);
  assert.equal(await (await app.request("/a/own")).text(), "own");
});

test("a path without parameters comes to the same each time, for each method of its own", async () => {
  const app = new Hono({ router: new FirstMatch() })
    .get("/a/own", (c) => c.text("got"))
    .post("/a/own", (c) => c.text("posted"))
    .put("/a/:name", (c) => c.text(`put ${c.req.param("name")}`));
  const asked = async (method: string) =>
    await (await app.request("/a/own", { method })).text();
  for (const _ of [1, 2]) {
    assert.equal(await asked("GET"), "got");
    assert.equal(await asked("POST"), "posted");
    assert.equal(await asked("PUT"), "put own");
    assert.equal(
      (await app.request("/a/own", { method: "PATCH" })).status,
      404,
    );
  }
  assert.equal(
    app.router.match("GET", "/a/own"),
    app.router.match("GET", "/a/own"),
  );
});

test("what one route matches, or none, is as without", async () => {
  assert.equal(await (await app.request("/a/b")).text(), "any: b");
  assert.equal(await (await app.request("/a/b/c")).text(), "c");
  assert.equal((await app.request("/b")).status, 404);
});

test("parameters of the first route are its own, and not those of a later one", async () => {
  const app = new Hono({ router: new FirstMatch() })
    .get("/:first/x", (c) => c.text(c.req.param("first")))
    .get("/:second/:third", (c) => c.text(c.req.param("third")));
  assert.equal(app.router.match("GET", "/a/x")[0].length, 1);
  assert.equal(await (await app.request("/a/x")).text(), "a");
  assert.equal(await (await app.request("/a/b")).text(), "b");
});
