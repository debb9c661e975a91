import assert from "node:assert/strict";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";
import { test } from "node:test";
import { z } from "zod";
import type { Browser, Page } from "playwright-core";
import { closedAnomaly, openedAnomaly } from "#kit/anomalies.ts";
import { findChromium, openBrowser } from "#kit/browser/chromium.ts";
import { axeViolations, requestsOf } from "#kit/browser/page_audit.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";

const OPERATOR = PUBLIC_DESK_TOKEN;
const APPROVER = "eventflow-local-approver-token";

/** More than are sent without typing how many, and more than one person may send. */
const BURST = 120;

/** What a list and all that it needs may be, as it comes over the wire. */
const MOST_BYTES = 60_000;

const chromium = findChromium();
const options = "missing" in chromium ? { skip: chromium.missing } : {};

/** A pipeline with a burst of payments in it whose currency is written small, and a browser. */
async function withBurst(
  work: (pipeline: Pipeline, browser: Browser) => Promise<void>,
): Promise<void> {
  if ("missing" in chromium) return;
  await withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      envOf: {
        dead_letter_desk: { EVENTFLOW_DESK_APPROVAL_ABOVE_COUNT: "50" },
      },
    });
    await pipeline.start("validator", "persistence", "dead_letter_desk");
    await pipeline.cluster.write(
      pipeline.topics.raw,
      Array.from({ length: BURST }, (_, n) => ({
        key: `pay-${n}`,
        value: paymentJson({
          eventId: `event-${n}`,
          paymentId: `pay-${n}`,
          amount: "1000.50",
          currency: "usd",
        }),
      })),
    );
    await pipeline.cluster.write(pipeline.topics.unmapped, [{
      key: "pi_1",
      value: JSON.stringify({
        provider: "stripe",
        account: "eu",
        type: "charge.updated",
        family: "payment",
        source_topic: pipeline.topics.raw,
        source_partition: 0,
        source_offset: 0,
        received_at: null,
        mapping_version: 1,
      }),
    }]);
    await pipeline.cluster.write(
      pipeline.topics.anomalies,
      [openedAnomaly("a"), closedAnomaly("b", "stripe")].map((anomaly) => ({
        key: anomaly.anomaly_id,
        value: JSON.stringify(anomaly),
      })),
    );
    const indexed = (path: string, records: number) =>
      until(`${records} of ${path} are in the index`, async () => {
        const response = await fetch(
          `${pipeline.url("dead_letter_desk")}/api/${path}`,
          { headers: { Authorization: `Bearer ${OPERATOR}` } },
        );
        return z.array(z.unknown()).parse(await response.json()).length ===
          records;
      });
    await indexed("unmapped", 1);
    await indexed("anomalies", 2);
    await until("the burst is in the index", async () => {
      const response = await fetch(
        `${pipeline.url("dead_letter_desk")}/api/letters/count?state=open`,
        { headers: { Authorization: `Bearer ${OPERATOR}` } },
      );
      return z.object({ count: z.int() }).parse(await response.json()).count ===
        BURST;
    });
    const browser = await openBrowser(chromium.program);
    try {
      await work(pipeline, browser);
    } finally {
      await browser.close();
    }
  });
}

async function logIn(page: Page, desk: string, token: string) {
  page.setDefaultTimeout(120_000);
  await page.goto(`${desk}/`);
  await page.getByLabel("Your token").fill(token);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}

test(
  "an operator finds a burst, tries it, edits it, has it approved, and sees it arrive",
  options,
  () =>
    withBurst(async (pipeline, browser) => {
      const desk = pipeline.url("dead_letter_desk");
      const page = await (await browser.newContext()).newPage();
      await logIn(page, desk, OPERATOR);
      const faults: string[] = [];
      page.on("pageerror", ({ message }) => faults.push(message));
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });

      await page.getByRole("link", { name: "Dead letters", exact: true })
        .click();
      await page.getByRole("link", { name: "Dry run" }).click();
      await page.getByRole("button", { name: "Dry run" }).click();
      await page.getByText("0 records would pass, 120 would fail").waitFor();

      await page.getByRole("link", { name: "Edit first" }).click();
      // The text area stands there until the editor takes its place.
      const patch = page.getByRole("textbox", { name: "Patch" })
        .and(page.locator("[contenteditable=true]"));
      await patch.fill(
        '[{ "op": "replace", "path": "/payload/currency", "value": "USD" }]',
      );
      await page.getByRole("button", { name: "Preview" }).click();
      await page.getByText("The patch fits 20 records of the 20 latest.")
        .waitFor();
      await page.getByText('+     "currency": "USD"').first().waitFor();
      await page.getByLabel("Why").fill("the provider writes currencies small");
      await page.getByRole("button", { name: "Plan the edit" }).click();
      await page.getByRole("heading", { name: "It needs a second person" })
        .waitFor();
      assert.equal(
        await page.getByRole("button", { name: "Approve" }).count(),
        0,
        "whoever has planned it is not offered to approve it",
      );
      await page.getByRole("button", { name: "Dry run" }).click();
      await page.getByText("120 records would pass, 0 would fail").waitFor();

      const other = await (await browser.newContext()).newPage();
      await logIn(other, desk, APPROVER);
      await other.goto(page.url());
      await other.getByRole("button", { name: "Approve this plan" }).click();
      await other.getByText("Approved: this plan may run").waitFor();

      await page.reload();
      const run = page.getByRole("button", { name: "Run", exact: true });
      await page.getByLabel("Type 120 to confirm").fill("12");
      await run.click();
      await page.getByText("Type how many records are sent").waitFor();
      faults.length = 0;
      await page.getByLabel("Type 120 to confirm").fill("120");
      await run.click();
      await page.getByRole("heading", { name: "120 of 120 records sent" })
        .waitFor();
      // The page follows by itself until all is known.
      await page.getByText("done", { exact: true }).waitFor();
      const passed = page.locator(".outcomes div", { hasText: "Passed" })
        .first();
      assert.match(await passed.innerText(), /120/);
      const rows = await pipeline.sql`
      select count(*)::integer as count from events
      where currency = 'USD' and amount = 1000.50`;
      assert.equal(rows[0]?.count, BURST);

      await page.getByRole("link", { name: "What was done with it" }).click();
      const audit = await page.getByRole("table").innerText();
      for (
        const word of ["approver", "operator", "planned an edit", "ran it"]
      ) {
        assert.ok(audit.includes(word), word);
      }
      assert.deepEqual(faults, []);
    }),
);

test(
  "without scripts a cause is explained, its patch leads to the edit that a person plans, and an anomaly is told",
  options,
  () =>
    withBurst(async (pipeline, browser) => {
      const desk = pipeline.url("dead_letter_desk");
      const context = await browser.newContext({ javaScriptEnabled: false });
      const page = await context.newPage();
      await logIn(page, desk, OPERATOR);
      await page.goto(`${desk}/dead-letters`);
      await page.getByRole("link", { name: "Explain" }).click();
      await page.getByText("Nobody has had this cause explained yet.")
        .waitFor();
      await page.getByRole("button", { name: "Explain" }).click();
      const box = page.getByRole("region", { name: "Explanation" });
      await box.getByText("ISO 4217 writes three capital letters").waitFor();
      await box.getByText("Written by the rules").waitFor();
      await box.getByText("20 records would pass today, 0 would fail")
        .waitFor();
      await box.getByRole("button", { name: "Try this patch" }).click();
      await page.getByText("The patch fits 20 records of the 20 latest.")
        .waitFor();
      const patch = await page.getByLabel("Patch", { exact: true })
        .inputValue();
      assert.match(patch, /"replace".*"USD"/);
      await page.getByLabel("Why").fill("explained by the rules");
      await page.getByRole("button", { name: "Plan the edit" }).click();
      await page.getByRole("heading", { name: "It needs a second person" })
        .waitFor();

      await page.goto(`${desk}/anomalies?provider=stripe`);
      const open = page.getByRole("region", { name: "Open" });
      await open.getByText("Nothing out of the usual").waitFor();
      const past = page.getByRole("region", { name: "Past" });
      await past.getByText("Fewer payments than usual").waitFor();
      await page.getByRole("link", { name: "Of all providers" }).click();
      await open.getByRole("link", { name: "Fewer payments than usual" })
        .click();
      await page.getByText(
        "2 payments were counted in 5 minutes; usual are 31.2.",
      )
        .waitFor();
      await page.getByRole("button", { name: "Explain" }).click();
      await box.getByText("Written by the rules").waitFor();
    }),
);

test(
  "by the keyboard alone a record is found, opened and discarded",
  options,
  () =>
    withBurst(async (pipeline, browser) => {
      const desk = pipeline.url("dead_letter_desk");
      const page = await (await browser.newContext()).newPage();
      await logIn(page, desk, OPERATOR);
      const press = async (...keys: string[]) => {
        // A page shows before it listens to keys.
        await page.waitForLoadState();
        for (const key of keys) await page.keyboard.press(key);
      };
      await press("/");
      await page.keyboard.type("pay-7");
      await press("Enter");
      await page.getByRole("heading", { name: "Payment pay-7" }).waitFor();
      await page.goto(`${desk}/dead-letters/records`);
      await press("j", "j", "x", "k", "x");
      assert.equal(await page.locator("input[name=letter]:checked").count(), 2);
      await page.getByRole("button", { name: "Discard" }).focus();
      await press("Enter");
      await page.getByText("2 records", { exact: true }).waitFor();
      await page.getByLabel("Why").focus();
      await page.keyboard.type("tests of the provider");
      await press("Tab", "Enter");
      await page.getByText("2 records discarded.").waitFor();
      // Behind the two that are discarded.
      await press("j", "j", "j", "Enter");
      await page.getByRole("heading", { name: /^Record / }).waitFor();
      await press("e");
      await page.getByRole("button", { name: "Show and edit" }).waitFor();
      await press("?");
      await page.getByRole("heading", { name: "Keys and words" }).waitFor();
    }),
);

test(
  "every page is open to everybody, asks no other host, and is light",
  options,
  () =>
    withBurst(async (pipeline, browser) => {
      const desk = pipeline.url("dead_letter_desk");
      const headers = {
        "Authorization": `Bearer ${OPERATOR}`,
        "Content-Type": "application/json",
      };
      const planned = await fetch(`${desk}/api/jobs`, {
        method: "POST",
        headers,
        body: "{}",
      });
      const { job } = z.object({ job: z.uuid() }).parse(await planned.json());
      const causes = await fetch(`${desk}/api/causes?state=open`, { headers });
      const [{ cause } = { cause: "" }] = z.array(
        z.looseObject({ cause: z.string() }),
      ).parse(await causes.json());
      const explained = await fetch(`${desk}/api/causes/${cause}/explain`, {
        method: "POST",
        headers,
      });
      assert.equal(explained.status, 200);
      const lists = [
        "/",
        "/dead-letters",
        "/dead-letters/records",
        "/replays",
        "/unmapped",
        "/rejected",
        "/anomalies",
        "/audit",
      ];
      const others = [
        `/dead-letters/records?cause=${cause}`,
        "/dead-letters/0/0",
        "/dead-letters/0/0/edit",
        "/dead-letters/dry-run?state=open",
        "/dead-letters/replay?state=open",
        "/dead-letters/edit?state=open",
        "/dead-letters/discard?state=open",
        `/replays/${job}`,
        "/payments/pay-1",
        "/unmapped/replay?provider=stripe",
        "/anomalies/a",
        "/topics",
        "/help",
        "/nowhere",
      ];
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [360, 1280]) {
          const context = await browser.newContext({
            colorScheme,
            viewport: { width, height: 800 },
          });
          const page = await context.newPage();
          await page.goto(`${desk}/login`);
          assert.deepEqual(await axeViolations(page), [], "/login");
          await logIn(page, desk, OPERATOR);
          for (const path of [...lists, ...others]) {
            const where = `${path} at ${width} px, ${colorScheme}`;
            await page.goto(`${desk}${path}`);
            assert.deepEqual(await axeViolations(page), [], where);
            const isWider = await page.evaluate(
              "document.documentElement.scrollWidth > document.documentElement.clientWidth",
            );
            assert.equal(isWider, false, `${where} scrolls sideways`);
          }
          await context.close();
        }
      }
      for (const path of lists) {
        // Nothing is kept from another page.
        const context = await browser.newContext();
        const page = await context.newPage();
        await logIn(page, desk, OPERATOR);
        const cookies = await context.cookies();
        const fresh = await browser.newContext();
        await fresh.addCookies(cookies);
        const empty = await fresh.newPage();
        const asked = requestsOf(empty);
        await empty.goto(`${desk}${path}`, { waitUntil: "networkidle" });
        for (const url of asked.urls) assert.ok(url.startsWith(desk), url);
        const bytes = await asked.bytes();
        assert.ok(bytes <= MOST_BYTES, `${path} has ${bytes} bytes`);
        await context.close();
        await fresh.close();
      }
    }),
);
