import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { methodsOf } from "./routes.ts";

test("a page's methods are those of its routes, mounted ones among them", () => {
  const app = new Hono()
    .get("/a", (c) => c.text(""))
    .post("/a", (c) => c.text(""))
    .put("/b/:id", (c) => c.text(""));
  app.route("/c", new Hono().get("/", (c) => c.text("")));
  app.use("*", (_, next) => next());
  assert.deepEqual(methodsOf(app, "/a"), ["GET", "POST", "HEAD"]);
  assert.deepEqual(methodsOf(app, "/b/7"), ["PUT"]);
  assert.deepEqual(methodsOf(app, "/c"), ["GET", "HEAD"]);
  assert.deepEqual(methodsOf(app, "/nowhere"), []);
});
