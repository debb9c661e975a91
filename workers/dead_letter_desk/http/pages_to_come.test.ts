import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { PagesToCome } from "./pages_to_come.ts";

test("until the pages are there whoever asks is told why, in the form he asked for", async () => {
  const reasons = ["The index is at 7 of 9 in partition 0"];
  const pages = new PagesToCome(() => reasons);
  const said = "The desk is starting. The index is at 7 of 9 in partition 0.";

  const page = await pages.routes.request("/letters");
  assert.equal(page.status, 503);
  assert.equal(page.headers.get("Retry-After"), "5");
  assert.equal(await page.text(), said);

  const answer = await pages.routes.request("/api/letters");
  assert.equal(answer.status, 503);
  assert.deepEqual(await answer.json(), { detail: said });

  pages.come(new Hono().get("/letters", (c) => c.text("here")));
  assert.equal(await (await pages.routes.request("/letters")).text(), "here");
});
