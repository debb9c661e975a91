import { file, optional } from "#runtime/config.ts";

/** Where the accounts are: of the intake, and of who proves what it took in. */
export const providersFile = optional(file("EVENTFLOW_PROVIDERS_FILE", {
  doc: "JSON file of accounts at providers whose own webhooks are taken in; " +
    "it may be exchanged while the intake runs, which reads it again",
}));
