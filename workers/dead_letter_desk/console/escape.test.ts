import assert from "node:assert/strict";
import { test } from "node:test";
import { type FC, jsx } from "hono/jsx";
import type { CauseRow } from "../queries/causes.ts";
import type { LetterView } from "../queries/letter.ts";
import type { Job } from "../queries/jobs.ts";
import type { Explained } from "../explainer/spent.ts";
import { Explanation } from "./parts/explanation.tsx";
import { Causes } from "./pages/causes/view.tsx";
import { ErrorView } from "./pages/error/view.tsx";
import { JobView } from "./pages/job/view.tsx";
import { Overview } from "./pages/overview/view.tsx";
import { Record } from "./pages/record/view.tsx";
import { Unmapped } from "./pages/unmapped/view.tsx";
import { Records } from "./pages/records/view.tsx";

/** What strangers can write into any field of a payment, a header or a message. */
const HOSTILE = `"'><script>alert(1)</script>\u202eevil\u0000 ${
  "x".repeat(40)
}`;
const AT = "2026-11-26T09:10:11.000Z";
const person = { subject: HOSTILE, role: "admin" } as const;

const cause: CauseRow = {
  cause: "a".repeat(64),
  service: HOSTILE,
  code: HOSTILE,
  provider: HOSTILE,
  paths: [HOSTILE],
  message: HOSTILE,
  count: 1,
  first_seen: AT,
  last_seen: AT,
  amounts: [{ currency: HOSTILE, amount: "1.50" }],
  states: { open: 1 },
  hours: [1],
  acknowledged_by: HOSTILE,
  note: HOSTILE,
};

const letter: LetterView = {
  letter: "0/1",
  cause: cause.cause,
  service: HOSTILE,
  code: HOSTILE,
  provider: HOSTILE,
  account: HOSTILE,
  event_type: HOSTILE,
  item: 2,
  items: 3,
  unsigned: [HOSTILE],
  message: HOSTILE,
  state: "open",
  failed_at: AT,
  source: `${HOSTILE}/0/1`,
  origin: `${HOSTILE}/0/2`,
  replay_of: `${HOSTILE}/0/3`,
  replay_job: HOSTILE,
  replay_nth: 1,
  event_id: HOSTILE,
  payment_id: HOSTILE,
  amount: "1.50",
  currency: HOSTILE,
  attempts: 1,
  bytes: 1,
  error_message: HOSTILE,
  issues: [{ path: HOSTILE, message: HOSTILE }, {
    path: "a",
    message: HOSTILE,
  }],
  key: HOSTILE,
  headers: [{ name: HOSTILE, value: HOSTILE }],
  body: { text: JSON.stringify({ a: HOSTILE }), is_masked: false, bytes: 1 },
  trace_id: HOSTILE,
  received_at: AT,
  edited_by_job: HOSTILE,
};

const explained: Explained = {
  call: "00000000-0000-4000-8000-000000000000",
  of: "letters",
  cause: cause.cause,
  fingerprint: "b".repeat(64),
  prompt_sha256: "c".repeat(64),
  explainer: "openai-compatible",
  model: HOSTILE,
  outcome: "answered",
  tokens: 1,
  cost_micros: 1,
  text: HOSTILE,
  confidence: 1,
  patch: [{ op: "test", path: "/a", value: HOSTILE }],
  patch_by: "model",
  dry_run: { would_pass: 1, would_fail: 0 },
  notes: [HOSTILE],
};

const job: Job = {
  job: "00000000-0000-4000-8000-000000000000",
  number: 1,
  state: "planned",
  of: "letters",
  topic: HOSTILE,
  filter: { id: HOSTILE },
  replay_for: HOSTILE,
  edit: { patch: [{ op: "add", path: "/a", value: HOSTILE }] },
  selected: 1,
  sent: 0,
  outcomes: {
    passed: 0,
    dead_again: 0,
    unmapped_again: 0,
    passed_over: 0,
    waiting: 1,
  },
  amounts: cause.amounts,
  positions_sha256: HOSTILE,
  plan_sha256: HOSTILE,
  options: { rate: null, stop_above: 0.1, out_of_order: false },
  needs_approval: true,
  reason: HOSTILE,
  planned_at: AT,
  planned_by: HOSTILE,
  approved_at: null,
  approved_by: null,
  dry_run: {
    would_pass: 0,
    would_fail: 1,
    reasons: [{ code: HOSTILE, message: HOSTILE, count: 1 }],
    version: HOSTILE,
    at: AT,
    by: HOSTILE,
  },
  started_at: null,
  finished_at: null,
  why: HOSTILE,
};

const topics = { raw: "raw", validated: "validated", deadLetters: "dlq" };
const step = {
  at: AT,
  kind: "dead_letter",
  where: `${HOSTILE}/0/1`,
  event_id: HOSTILE,
  what: HOSTILE,
  of: HOSTILE,
} as const;

function drawn<P>(view: (props: P) => unknown, props: P): string {
  return String(jsx(view as FC, props as Record<string, unknown>));
}

const pages: Record<string, () => string> = {
  causes: () => drawn(Causes, { causes: [cause], filter: {}, person }),
  records: () =>
    drawn(Records, {
      found: { letters: [letter], next: "0/1" },
      counted: { count: 1, isAtLeast: false },
      filter: { id: HOSTILE, service: HOSTILE, cause: cause.cause },
      after: undefined,
      causes: [cause],
      latest: { ...explained, at: AT, subject: HOSTILE },
      person,
    }),
  explanation: () => drawn(Explanation, { explained, person }),
  record: () =>
    drawn(Record, {
      letter,
      journey: [step],
      neighbours: { count: 2, isAtLeast: false },
      topic: "dlq",
      person,
      traceUrl: "http://traces/{trace_id}",
      grafanaUrl: "http://grafana",
    }),
  job: () =>
    drawn(JobView, {
      job,
      stateKey: "planned",
      rate: undefined,
      person,
      refusal: undefined,
    }),
  unmapped: () =>
    drawn(Unmapped, {
      kinds: [{
        provider: HOSTILE,
        account: HOSTILE,
        type: HOSTILE,
        family: "payment",
        first_seen: AT,
        last_seen: AT,
        open: 1,
        sent: 0,
        mapped: 0,
        unmapped_again: 0,
        dead: 0,
        gone: 1,
      }],
      filter: {},
      person,
    }),
  overview: () =>
    drawn(Overview, {
      causes: [cause],
      oldest: AT,
      jobs: [job],
      flow: { topics: [], groups: [] },
      samples: [],
      topics,
      waits: { [HOSTILE]: HOSTILE },
      now: new Date(AT),
      grafanaUrl: undefined,
    }),
  error: () =>
    drawn(ErrorView, { title: "Not done", why: HOSTILE, data: "Nothing." }),
};

for (const [name, draw] of Object.entries(pages)) {
  test(`what strangers wrote is text on the page of ${name}, and seen for what it is`, () => {
    const html = draw();
    assert.ok(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert.doesNotMatch(html, /<script/);
    // Nothing ends an attribute: what is in quotes holds no tag.
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/g)) {
      assert.doesNotMatch(tag, /alert\(1\)<|"'>/);
    }
    assert.ok(html.includes("\\u{202e}evil\\u{0}"), "nothing is spelt out");
    const shown = html.replaceAll(/<[^>]*>/g, "");
    assert.doesNotMatch(shown, /\u202e|\0/, "what is unseen is shown");
  });
}
