import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../desk.ts";
import { deskTokens, personOf } from "../http/tokens.ts";
import { createConsole } from "./console.tsx";
import { Flow } from "./flow/flow.ts";

const tokens = deskTokens.schema.parse(
  "ann:reader:reader-token-of-24-characters,bob:operator:operator-token-of-24-characters",
);
const TOKEN = {
  ann: "reader-token-of-24-characters",
  bob: "operator-token-of-24-characters",
};

/** A console over an empty index; whatever would be written down is kept in a list. */
async function emptyConsole() {
  const written: string[] = [];
  const database = { use: () => Promise.resolve([] as never) };
  const kafka = { read: async function* () {} };
  const topics = {
    deadLetters: "dlq",
    raw: "raw",
    validated: "validated",
    unmapped: "unmapped",
  };
  const desk = new Desk({
    kafka,
    database,
    slowDatabase: database,
    topics,
    admin: { offsetsAt: () => Promise.resolve(new Map()) },
    log: {
      write: (by: { subject: string }) => {
        written.push(by.subject);
        return Promise.resolve();
      },
    } as never,
    runner: { whyWaits: () => undefined },
    explaining: { explain: () => Promise.reject(new Error("not asked for")) },
    version: "test",
    approvalAbove: { count: undefined, amount: undefined },
  });
  const app = await createConsole({
    desk,
    reads: { database, kafka, topics },
    identity: {
      personOf: (token: string) => Promise.resolve(personOf(tokens, token)),
      login: undefined,
    },
    version: "test",
    sessionIdleMinutes: 15,
    traceUrl: undefined,
    grafanaUrl: undefined,
    flow: new Flow({
      admin: {
        startOffsets: () => Promise.resolve(new Map()),
        endOffsets: () => Promise.resolve(new Map()),
        positions: () => Promise.resolve(new Map()),
        members: () => Promise.resolve(0),
      },
      topics: ["raw"],
      groups: [],
      clockMs: () => 0,
    }),
    waits: () => ({}),
    clock: () => new Date(0),
  });
  const post = (
    path: string,
    form: Record<string, string>,
    headers: Record<string, string> = {},
  ) =>
    app.request(path, {
      method: "POST",
      body: new URLSearchParams(form),
      headers,
    });
  const logIn = async (who: keyof typeof TOKEN, next = "/") => {
    const response = await post("/login", { token: TOKEN[who], next });
    const cookie = response.headers.get("Set-Cookie") ?? "";
    return { response, cookie, its: { Cookie: cookie.split(";")[0] ?? "" } };
  };
  return { app, post, logIn, written };
}

const csrfIn = (page: string) =>
  /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";

test("whoever is not logged in is asked to, and then sees what they asked for", async () => {
  const { app, logIn } = await emptyConsole();
  const asked = await app.request("/dead-letters?state=sent");
  assert.equal(asked.status, 303);
  const login = asked.headers.get("Location") ?? "";
  assert.equal(login, "/login?next=%2Fdead-letters%3Fstate%3Dsent");
  const { response, cookie } = await logIn("bob", "/dead-letters?state=sent");
  assert.equal(response.headers.get("Location"), "/dead-letters?state=sent");
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
});

test("a login leads to no other site", async () => {
  const { logIn } = await emptyConsole();
  const elsewhere = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/.//evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
  ];
  for (const next of elsewhere) {
    const { response } = await logIn("bob", next);
    assert.equal(response.headers.get("Location"), "/", next);
  }
});

test("a wrong token is refused, and many of them have to wait", async () => {
  const { post } = await emptyConsole();
  for (let n = 0; n < 10; n++) {
    const response = await post("/login", { token: "wrong" });
    assert.equal(response.status, 403);
  }
  const response = await post("/login", { token: TOKEN.bob });
  assert.equal(response.status, 429);
  assert.ok(Number(response.headers.get("Retry-After")) > 0);
});

test("a link of another site loads the page once more, with the cookie", async () => {
  const { app } = await emptyConsole();
  const response = await app.request("/", {
    headers: { "Sec-Fetch-Site": "cross-site" },
  });
  assert.match(await response.text(), /http-equiv="refresh"/);
});

test("nothing is done by a form that is not of this console and session", async () => {
  const { app, post, logIn, written } = await emptyConsole();
  const { its } = await logIn("bob");
  const path = "/dead-letters/0/1";
  const csrf = csrfIn(await (await app.request("/", { headers: its })).text());
  const refused = [
    await post(path, {}, its),
    await post(path, { csrf: "x".repeat(csrf.length) }, its),
    await post(path, { csrf }, { ...its, "Sec-Fetch-Site": "cross-site" }),
    await post(path, { csrf }, { ...its, "Sec-Fetch-Site": "same-site" }),
    await post(path, { csrf }, { ...its, Origin: "http://evil.example" }),
  ];
  for (const response of refused) assert.equal(response.status, 403);
  assert.deepEqual(written, []);
  // Behind it there is no such letter; that somebody looked is written down first.
  const taken = await post(path, { csrf }, {
    ...its,
    "Sec-Fetch-Site": "same-origin",
  });
  assert.equal(taken.status, 404);
  assert.deepEqual(written, ["bob"]);
});

test("what a role may not do is refused, with the sentence of the desk", async () => {
  const { app, post, logIn, written } = await emptyConsole();
  const { its } = await logIn("ann");
  const page = await (await app.request("/", { headers: its })).text();
  const response = await post(
    "/dead-letters/replay?state=open",
    { csrf: csrfIn(page) },
    its,
  );
  assert.equal(response.status, 403);
  assert.match(
    await response.text(),
    /ann may not plan a replay: that takes the role operator/,
  );
  assert.deepEqual(written, []);
});

test("every page has a policy that lets in nothing but what it says, and no script or style without its nonce", async () => {
  const { app, logIn } = await emptyConsole();
  const { its } = await logIn("bob");
  const paths = [
    "/",
    "/dead-letters",
    "/dead-letters/records",
    "/dead-letters/replay?state=open",
    "/dead-letters/edit?state=open",
    "/dead-letters/discard?state=open",
    "/dead-letters/dry-run?state=open",
    "/replays",
    "/rejected",
    "/anomalies",
    "/payments/pay_1",
    "/topics",
    "/audit",
    "/help",
    "/nowhere",
  ];
  for (const path of paths) {
    const response = await app.request(path, { headers: its });
    assert.equal(response.status, path === "/nowhere" ? 404 : 200, path);
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1];
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
    const text = await response.text();
    const tags = text.match(/<(?:script|link|style)[^>]*>/g) ?? [];
    assert.ok(tags.length >= 2, path);
    for (const tag of tags) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
    assert.doesNotMatch(text, / (?:style|on[a-z]+)="/, path);
    assert.match(text, /<title>[^<]+ · Dead-letter desk<\/title>/);
    assert.match(text, /deno task dlq /, path);
  }
});

test("a list of ticked records, none of which is ticked, means nothing", async () => {
  const { app, logIn } = await emptyConsole();
  const { its } = await logIn("bob");
  const cause = "cause=aaaaaaaa&ticked=1";
  const path = "/dead-letters/discard";
  const none = await app.request(`${path}?${cause}`, { headers: its });
  assert.equal(none.status, 422);
  assert.match(await none.text(), /Nothing is selected/);
  for (const more of ["letter=0/1&letter=0/2", "all=1"]) {
    const some = await app.request(`${path}?${cause}&${more}`, {
      headers: its,
    });
    assert.equal(some.status, 200, more);
  }
});

test("assets are kept for good, and sent compressed", async () => {
  const { app } = await emptyConsole();
  const page = await (await app.request("/login")).text();
  const [path = ""] = /\/assets\/console\.[0-9a-f]+\.js/.exec(page) ?? [];
  const response = await app.request(path, {
    headers: { "Accept-Encoding": "gzip" },
  });
  assert.equal(response.headers.get("Content-Encoding"), "gzip");
  assert.match(response.headers.get("Cache-Control") ?? "", /immutable/);
  const again = await app.request(path, {
    headers: { "If-None-Match": response.headers.get("ETag") ?? "" },
  });
  assert.equal(again.status, 304);
});
