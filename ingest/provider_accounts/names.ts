import { accountProviders } from "#contracts/providers.ts";

/** The providers whose own webhooks are taken in, as addresses and the file of accounts have them. */
export const providerNames = accountProviders;

export type ProviderName = (typeof providerNames)[number];
