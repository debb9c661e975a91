import { integer, number, optional, text } from "#runtime/config.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerRelations, workerSettings } from "#consumer/worker_settings.ts";
import { developmentSettings } from "#runtime/development_settings.ts";
import { identitySettings, loginIsWhole } from "./http/identity_settings.ts";
import { deskTokens } from "./http/tokens.ts";
import { explainerRelations, explainerSettings } from "./explainer/settings.ts";
import {
  deskDatabaseRelations,
  deskDatabaseSettings,
} from "./database_settings.ts";

export const deadLetterDeskSettings = {
  ...developmentSettings,
  ...workerSettings,
  ...groupSettings,
  ...noSingleGroup,
  ...deskDatabaseSettings,
  groupId: groupSettings.dead_letter_deskGroup,
  port: portSettings.dead_letter_deskPort,
  tokens: deskTokens,
  ...identitySettings,
  ...explainerSettings,
  approvalAboveCount: optional(integer("EVENTFLOW_DESK_APPROVAL_ABOVE_COUNT", {
    doc:
      "records above which a plan needs the approval of a second person; unset: no number of them does",
  })),
  approvalAboveAmount: optional(number("EVENTFLOW_DESK_APPROVAL_ABOVE_AMOUNT", {
    doc:
      "sum in any one currency above which a plan needs the approval of a second person; unset: no sum does",
  })),
  quarantineAfter: integer("EVENTFLOW_DESK_QUARANTINE_AFTER", {
    fallback: "3",
    min: 1,
    max: 1_000,
    doc:
      "times a record may fail again before it is quarantined, so that no bulk replay takes it",
  }),
  sessionIdleMinutes: integer("EVENTFLOW_DESK_SESSION_IDLE_MINUTES", {
    fallback: "15",
    min: 1,
    max: 1_440,
    doc:
      "minutes after which whoever did nothing in the console has to log in again",
  }),
  traceUrl: optional(text("EVENTFLOW_DESK_TRACE_URL", {
    doc:
      "where a record's trace is shown, with {trace_id} in the place of its id, such as http://127.0.0.1:16686/trace/{trace_id}",
  })),
  grafanaUrl: optional(text("EVENTFLOW_GRAFANA_EXTERNAL_URL", {
    doc: "where Grafana is, as a browser reaches it",
  })),
};

export const deadLetterDeskRelations = [
  ...workerRelations,
  ...deskDatabaseRelations,
  loginIsWhole,
  ...explainerRelations,
];
