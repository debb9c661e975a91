import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import { z } from "zod";
import { mountApiPages, servesApiPages } from "./api_pages.ts";

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

test("the pages are served from memory: once they are mounted no file is read", async (t) => {
  const app = appWithPages();
  const read = t.mock.method(Deno, "readFile", () => {
    throw new Error("A file is read for a request");
  });
  const html = await (await app.request("/docs")).text();
  for (const [, address = ""] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.equal((await app.request(address)).status, 200, address);
  }
  assert.equal(read.mock.callCount(), 0);
});

test("where others than this machine reach the port, the pages are there only if that is said", () => {
  const serves = (bindHost: string, apiPages?: boolean) =>
    servesApiPages({ bindHost, apiPages });
  for (const local of ["127.0.0.1", "127.9.9.9", "::1", "localhost"]) {
    assert.equal(serves(local), true, local);
    assert.equal(serves(local, false), false, local);
  }
  for (const open of ["0.0.0.0", "::", "10.0.0.1", "localhost.example.com"]) {
    assert.equal(serves(open), false, open);
    assert.equal(serves(open, true), true, open);
  }
});
