import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import { z } from "zod";
import { mountApiPages } from "./api_pages.ts";

function appWithPages(): Hono {
  const Thing = z.object({ id: z.string().regex(/^[a-z]+$/) });
  const app = new Hono();
  app.post(
    "/things",
    describeRoute({
      requestBody: {
        content: { "application/json": { schema: resolver(Thing) } },
      },
      responses: { 200: { description: "A thing." } },
    }),
    (c) => c.text(""),
  );
  mountApiPages(app, {
    title: "Things & more",
    version: "1",
    description: "Of things.",
  });
  return app;
}

test("the OpenAPI document carries the schemas the routes declare", async () => {
  const response = await appWithPages().request("/openapi.json");
  const { openapi, info, paths } = await response.json();
  assert.match(openapi, /^3\.1/);
  assert.equal(info.title, "Things & more");
  assert.deepEqual(Object.keys(paths), ["/things"]);
  const { schema } =
    paths["/things"].post.requestBody.content["application/json"];
  assert.equal(schema.properties.id.pattern, "^[a-z]+$");
});

test("everything the reference page loads comes from its own origin", async () => {
  const app = appWithPages();
  const page = await app.request("/docs");
  const html = await page.text();
  assert.match(html, /<title>Things &amp; more<\/title>/);
  const policy = page.headers.get("Content-Security-Policy") ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /https?:|unsafe-eval|\*/);
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)];
  assert.equal(addresses.length, 4);
  for (const [, address] of addresses) {
    assert.match(address ?? "", /^\/docs\//);
    const asset = await app.request(address ?? "");
    assert.equal(asset.status, 200, address);
    assert.ok((await asset.bytes()).length > 50, address);
  }
});

test("the assets may be cached for good, and no other file of the package is served", async () => {
  const app = appWithPages();
  const html = await (await app.request("/docs")).text();
  const css = html.match(/href="([^"]+\.css)"/)?.[1] ?? "";
  const asset = await app.request(css);
  assert.match(asset.headers.get("Cache-Control") ?? "", /immutable/);
  assert.match(asset.headers.get("Content-Type") ?? "", /^text\/css/);
  const other = css.replace("swagger-ui.css", "package.json");
  assert.equal((await app.request(other)).status, 404);
});
