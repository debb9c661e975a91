import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { makeUpAccounts } from "#local/up_providers.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";
import { providerNames } from "../../ingest/provider_accounts/names.ts";
import { ProviderAccounts } from "../../ingest/intake/providers/accounts.ts";

/** Of each provider, at the least. */
const EVENTS = 40;
const STREAMED = "eventflow_simulator_auto_stream_events_total";

const text = ({ headers }: ReceivedRecord, name: string) =>
  headerText(headers, name);

test("webhooks of every provider are kept and proven, and each payment by one key", () =>
  withProcesses(async (processes) => {
    const file = join(processes.folder, "providers.json");
    await using pipeline = await openPipeline(processes, {
      env: {
        ...patientIntake,
        EVENTFLOW_PROVIDERS_FILE: file,
        SIMULATOR_PROVIDERS: "all",
        SIMULATOR_PROVIDER_RPS: "10",
        SIMULATOR_DUPLICATE_RATE: "0.2",
        SIMULATOR_CORRUPTION_RATE: "0.2",
        SIMULATOR_DISORDER_RATE: "0.3",
        SIMULATOR_AUTO_STREAM_ENABLED: "false",
        SIMULATOR_WEBHOOK_TIMEOUT_SECONDS: "50",
      },
    });
    const port = (name: string) => Number(pipeline.environment[name]);
    await makeUpAccounts("all", file, {
      intake: port("EVENTFLOW_INTAKE_PORT"),
      simulator: port("EVENTFLOW_SIMULATOR_PORT"),
    });
    await pipeline.start("intake");
    await pipeline.start("simulator");

    const streamed = (provider: string, result: string) =>
      pipeline.metric("simulator", STREAMED, { provider, result });
    for (const provider of providerNames) {
      await until(
        `${provider} has sent enough`,
        async () =>
          (await streamed(provider, "accepted") ?? 0) >= EVENTS &&
          (await streamed(provider, "refused") ?? 0) > 0,
      );
    }
    for (const provider of providerNames) {
      assert.equal(await streamed(provider, "failed"), 0, provider);
    }
    const accounts = ProviderAccounts.in(
      await readFile(file, "utf8"),
      file,
      "development",
    );
    const records = await pipeline.cluster.readAll(pipeline.topics.raw);
    for (const provider of providerNames) {
      const own = records.filter((one) =>
        text(one, "eventflow-provider") === provider
      );
      assert.ok(own.length >= EVENTS, `${provider}: ${own.length}`);
      const proven = own.map((record) => provenAgain(record, accounts));
      const refused = (await Promise.all(proven)).filter((one) =>
        typeof one !== "object"
      );
      assert.deepEqual(refused, [], provider);
      // PayPal's refunds and disputes name their capture alone.
      const most = provider === "paypal" ? 2 : 1;
      for (const [order, keys] of keysByOrder(own)) {
        assert.ok(keys.size <= most, `${order}: ${[...keys].join(", ")}`);
      }
      const keys = new Set(own.map(({ key }) => String(key)));
      // Payments have several events, and duplicates.
      assert.ok(keys.size < own.length * 0.9, `${provider}: ${keys.size}`);
    }
    await processes.stop("simulator");
  }));

/** The records' keys, by the order that the simulator has put into most of its events. */
function keysByOrder(
  records: readonly ReceivedRecord[],
): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { key, value } of records) {
    const body = String(value);
    const payload = new URLSearchParams(body).get("bt_payload");
    const text = payload === null ? body : atob(payload);
    const [order] = /\bord_\w{12}\b/.exec(text) ?? [];
    if (order === undefined) continue;
    keys.set(order, (keys.get(order) ?? new Set()).add(String(key)));
  }
  return keys;
}

/** By what is in the log alone, as `deno task verify` does. */
async function provenAgain(
  record: ReceivedRecord,
  accounts: ProviderAccounts,
): Promise<unknown> {
  const its = accounts.find(text(record, "eventflow-provider") ?? "");
  const headers = new Headers(
    record.headers.flatMap(({ name, value }) =>
      name.startsWith("eventflow-http-")
        ? [[name.slice("eventflow-http-".length), String(value)]]
        : []
    ),
  );
  const receivedAt = Number(text(record, "eventflow-received-at"));
  const claim = its?.row.scheme.claimIn(headers, its.settings, receivedAt);
  return typeof claim === "function"
    ? await claim(Uint8Array.from(record.value ?? []))
    : claim;
}
