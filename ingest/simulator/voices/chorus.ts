import type { Service } from "#runtime/lifecycle.ts";
import { accountsIn } from "../../provider_accounts/accounts.ts";
import { AccountsFile } from "../../provider_accounts/accounts_file.ts";
import { pathOf } from "../../provider_accounts/addresses.ts";
import type { ProviderName } from "../../provider_accounts/names.ts";
import { runAutoStream } from "../auto_stream.ts";
import type { Clock } from "../clock.ts";
import type { Deliver } from "../delivery.ts";
import type { Incidents } from "../incidents/incidents.ts";
import type { CustomersOf } from "../incidents/live_customers.ts";
import type { Webhook } from "../message.ts";
import type { SimulatorMetrics, simulatorMetrics } from "../metrics.ts";
import {
  createPaypalAuthority,
  type PaypalAuthority,
} from "../paypal_authority/authority.ts";
import { openAuthority } from "../paypal_authority/open_authority.ts";
import type { simulatorSettings } from "../settings.ts";
import {
  chosenAccounts,
  readersOf,
  standInsOf,
  type VoiceAccount,
} from "./accounts.ts";
import { Lives } from "./life.ts";
import { createSpeaker } from "./speaker.ts";
import { voicesBy } from "./voices.ts";

/** All accounts that are spoken for, side by side. */
export type Chorus = {
  /** Begins; it ends by itself when the service drains. */
  start(): void;
  certificateOf(serial: string): string | undefined;
  /** The providers that are spoken for. */
  readonly providers: readonly ProviderName[];
};

type Parts = {
  readonly metrics: ReturnType<typeof simulatorMetrics>;
  readonly deliveryOf: (webhook: Webhook, metrics: SimulatorMetrics) => Deliver;
  readonly incidents: Incidents;
  /** Who pays; if absent, each payment is of somebody else. */
  readonly customersOf: CustomersOf | undefined;
  readonly clock: Clock;
  readonly random: () => number;
};

type SimulatorService = Service<typeof simulatorSettings>;

/**
 * Reads who is spoken for, and makes what they sign with.
 *
 * @throws {StartError} one sentence about what is missing
 */
export async function openChorus(
  service: SimulatorService,
  parts: Parts,
): Promise<Chorus> {
  const { config, log, draining } = service;
  const { providers, environment } = config;
  if (providers === undefined) {
    return {
      start: () => {},
      certificateOf: () => undefined,
      providers: [],
    };
  }
  const nowMs = parts.clock.now();
  let made: PaypalAuthority | undefined;
  // Without a stand-in nobody asks for it, as nobody can be spoken for.
  const authority = () => made ??= createPaypalAuthority({ nowMs });
  const readers = readersOf(voicesBy(authority));
  const file = await AccountsFile.open(config.providersFile, {
    read: (text, from) => ({
      all: accountsIn(text, { from, readers, environment }),
    }),
    none: { all: [] },
  });
  const chosen = chosenAccounts(file.accounts.all, providers);
  const standIns = standInsOf(chosen);
  if (standIns.length > 0) made = await openAuthority(standIns, nowMs);
  return {
    certificateOf: (serial) => made?.certificateOf(serial),
    providers: [
      ...new Set(chosen.map(({ reader }) => reader.voice.provider)),
    ],
    start() {
      void file.keepLooking({ log, signal: draining });
      for (const one of chosen) {
        startAccount(service, parts, one, currentSettings(file, one));
      }
      log.info("Streaming {rps} events per second of each of {accounts}", {
        rps: config.providerRps,
        accounts: chosen.map(({ reader, account }) =>
          `${reader.name}/${account}`
        ).join(", "),
      });
    },
  };
}

/** As the file has them now; an account that it has no more keeps what it had. */
function currentSettings(
  file: AccountsFile<{ all: readonly VoiceAccount[] }>,
  { reader, account, settings }: VoiceAccount,
): () => unknown {
  let last = settings;
  return () => {
    const now = file.accounts.all.find((one) =>
      one.reader === reader && one.account === account
    );
    return last = now?.settings ?? last;
  };
}

function startAccount(
  { config, log, draining, defer, fail }: SimulatorService,
  { metrics, deliveryOf, incidents, customersOf, clock, random }: Parts,
  { reader: { voice }, account }: VoiceAccount,
  settings: () => unknown,
): void {
  const { provider } = voice;
  const its = metrics[provider];
  const incidentsAt = incidents.at(provider);
  const next = createSpeaker({
    voice,
    url: new URL(pathOf({ provider, account }), config.webhookUrl).href,
    account: settings,
    lives: new Lives({
      ...voice,
      customers: customersOf?.(incidentsAt, its),
      weather: incidentsAt.weather,
      disorderRate: voice.isUnordered ? config.disorderRate : 0,
      random,
      now: clock.now,
    }),
    deliverTo: (webhook) => deliveryOf(webhook, its),
    rates: {
      corruption: config.corruptionRate,
      duplicate: config.duplicateRate,
    },
    incidents: incidentsAt,
    random,
    metrics: its,
    log,
  });
  const stream = runAutoStream({
    rps: config.providerRps,
    maxConcurrency: config.autoStreamMaxConcurrency,
    next,
    count: its.streamed,
    clock,
    draining,
  }).catch(fail);
  defer(() => stream);
}
