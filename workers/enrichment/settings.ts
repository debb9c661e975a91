import { file, integer } from "#runtime/config.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import {
  unhurriedSettings,
  workerSettings,
} from "#consumer/worker_settings.ts";

export const enrichmentSettings = {
  ...workerSettings,
  ...unhurriedSettings,
  ...noSingleGroup,
  groupId: groupSettings.enrichmentGroup,
  port: portSettings.enrichmentPort,
  maxEntities: integer("EVENTFLOW_ENRICHMENT_MAX_ENTITIES", {
    fallback: "200000",
    min: 1,
    doc:
      "customers, instruments, merchants and orders that are remembered; those seen longest ago leave when there are half as many again",
  }),
  maxPayments: integer("EVENTFLOW_ENRICHMENT_MAX_PAYMENTS", {
    fallback: "200000",
    min: 1,
    doc:
      "payments that are remembered; the oldest leave when there are half as many again",
  }),
  clockSkewMs: integer("EVENTFLOW_ENRICHMENT_CLOCK_SKEW_MS", {
    fallback: "1000",
    max: 60_000,
    doc:
      "milliseconds that this machine's clock and the brokers' may be apart; where little comes in, events are enriched so much later",
  }),
  snapshotRecords: integer("EVENTFLOW_ENRICHMENT_SNAPSHOT_RECORDS", {
    fallback: "50000",
    min: 1,
    doc: "records after which what is remembered is written down",
  }),
  snapshotMs: integer("EVENTFLOW_ENRICHMENT_SNAPSHOT_MS", {
    fallback: "120000",
    doc: "milliseconds from one time it is written down to the next, at least",
  }),
  modelFolder: file("EVENTFLOW_ENRICHMENT_MODEL", {
    fallback: "",
    doc:
      "folder of the model that scores: model.txt and card.json; empty: the one that ships",
  }),
  ratesFile: file("EVENTFLOW_ENRICHMENT_RATES", {
    fallback: "",
    doc:
      "file of rates by which amounts are converted; empty: amounts are scored in their own currencies",
  }),
};
