import assert from "node:assert/strict";
import { test } from "node:test";
import { MetricsPage } from "./metrics_page.ts";

/** Metrics that are rendered when the test says so, and a clock that it sets. */
function observed() {
  const renders: PromiseWithResolvers<string>[] = [];
  let now = 0;
  const page = new MetricsPage({
    render() {
      const rendering = Promise.withResolvers<string>();
      renders.push(rendering);
      return rendering.promise;
    },
  }, () => now);
  const read = async () => new TextDecoder().decode(await page.read());
  return {
    page,
    read,
    renders,
    passTo: (ms: number) => {
      now = ms;
    },
  };
}

test("eight who ask at once get one page, rendered once", async () => {
  const { page, renders } = observed();
  const asked = Array.from({ length: 8 }, () => page.read());
  assert.equal(renders.length, 1);
  renders[0]?.resolve("a 1\n");
  const [first, ...others] = await Promise.all(asked);
  for (const other of others) assert.equal(other, first, "the same bytes");
  assert.equal(renders.length, 1);
});

test("a page is kept for a second from when it was rendered, however often it is asked for", async () => {
  const { read, renders, passTo } = observed();
  const first = read();
  // One that takes long is waited for by all, and not begun again.
  passTo(5_000);
  const second = read();
  renders[0]?.resolve("a 1\n");
  assert.deepEqual(await Promise.all([first, second]), ["a 1\n", "a 1\n"]);
  for (let ms = 5_000; ms < 6_000; ms++) {
    passTo(ms);
    assert.equal(await read(), "a 1\n");
  }
  assert.equal(renders.length, 1);
  passTo(6_000);
  const third = read();
  renders[1]?.resolve("a 2\n");
  assert.equal(await third, "a 2\n");
});

test("a page that cannot be rendered is tried again a second later, and not at once", async () => {
  const { read, renders, passTo } = observed();
  const first = read();
  renders[0]?.reject(new Error("no"));
  await assert.rejects(first, /no/);
  await assert.rejects(read(), /no/);
  assert.equal(renders.length, 1);
  passTo(1_000);
  const next = read();
  renders[1]?.resolve("a 1\n");
  assert.equal(await next, "a 1\n");
});
