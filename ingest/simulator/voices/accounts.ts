import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { ChosenProviders } from "../../provider_accounts/chosen_providers.ts";
import type { Account } from "../../provider_accounts/accounts.ts";
import { PaypalAccount } from "../../provider_accounts/paypal.ts";
import type { AnyVoice } from "./voices.ts";

/** An account that a voice speaks for. */
export type VoiceAccount = Account<
  {
    readonly name: string;
    readonly settings: AnyVoice["settings"];
    readonly voice: AnyVoice;
  }
>;

/** Voices as readers of the file of accounts. */
export function readersOf(voices: readonly AnyVoice[]) {
  return voices.map((voice) => ({
    name: voice.provider,
    settings: voice.settings,
    voice,
  }));
}

/**
 * The accounts of the providers that were chosen.
 *
 * @throws {StartError} if one has none, or has one that nobody can speak for
 */
export function chosenAccounts(
  all: readonly VoiceAccount[],
  providers: ChosenProviders,
): readonly VoiceAccount[] {
  const chosen = providers === "all"
    ? all
    : all.filter(({ reader }) => providers.includes(reader.voice.provider));
  const missing = providers === "all"
    ? all.length === 0 ? ["any provider"] : []
    : providers.filter((name) =>
      !all.some(({ reader }) => reader.name === name)
    );
  const problems = [
    ...missing.map((name) =>
      `the file of EVENTFLOW_PROVIDERS_FILE has no account of ${name}`
    ),
    ...chosen.flatMap(({ reader, account, settings }) => {
      const obstacle = reader.voice.obstacleOf?.(settings);
      return obstacle === undefined
        ? []
        : [`${reader.name}/${account} cannot be simulated: ${obstacle}`];
    }),
  ];
  if (problems.length > 0) {
    throw new StartError(`Cannot start simulator: ${problems.join("; ")}.`, {
      exitCode: exitCodes.config,
    });
  }
  return chosen;
}

/** What accounts of PayPal have in PayPal's place. */
export function standInsOf(
  accounts: readonly VoiceAccount[],
): readonly PaypalAccount[] {
  return accounts.filter(({ reader }) => reader.name === "paypal")
    .flatMap(({ settings }) => PaypalAccount.safeParse(settings).data ?? []);
}
