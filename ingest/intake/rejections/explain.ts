import { INTERNAL } from "#contracts/headers.ts";
import {
  type plainCauses,
  type RejectionCause,
  type SecretName,
} from "#contracts/rejected_webhook.ts";
import { PUBLIC_SECRET } from "../../webhook_secret.ts";
import type { ProviderAccounts } from "../providers/accounts.ts";
import { providerNamed, providers } from "../providers/table.ts";
import { ofWebhooks, type SignatureRefusal } from "../refusals.ts";
import type { IntakeConfig } from "../settings.ts";
import { formOfJson, formOfNoJson } from "./body_form.ts";
import { explainAccount } from "./explain_account.ts";
import type { NamedSecret, RefusedRequest } from "./refused_request.ts";

/** Why a request was refused. It takes the same work whichever secret fits. */
export async function explain(
  refused: RefusedRequest,
  { config, accounts }: {
    config: IntakeConfig;
    accounts: ProviderAccounts;
  },
): Promise<RejectionCause> {
  const { refusal, body, account } = refused;
  if (isOfSignature(refusal)) {
    return account === undefined
      ? causeOfSignature(refused, config)
      : await explainAccount(refused, accounts);
  }
  if (refusal === "invalid_json" || refusal === "not_an_object") {
    if (typeof body === "string") {
      return { cause: "body_not_examined", why: body };
    }
    return refusal === "invalid_json"
      ? { cause: "not_json", form: formOfNoJson(body) }
      : { cause: "not_an_object", form: formOfJson(body) };
  }
  return { cause: refusal } satisfies { cause: (typeof plainCauses)[number] };
}

function causeOfSignature(
  refused: RefusedRequest,
  config: IntakeConfig,
): RejectionCause {
  const ofProvider = providerNamed(refused.provider);
  if (ofProvider === undefined) {
    throw new Error(`There is no provider ${refused.provider}`);
  }
  const others = providers.filter((one) => one !== ofProvider);
  const secrets = [ofProvider, ...others]
    .flatMap((one) => one.secretsOf(config));
  return ofProvider.explain(refused, {
    config,
    secrets: [...secrets, ...ofNoProvider(config)],
  });
}

function ofNoProvider({ ingestTokens = [] }: IntakeConfig): NamedSecret[] {
  const named = (which: SecretName["which"], text: string) => ({
    name: { provider: INTERNAL, which },
    text,
  });
  return [
    ...ingestTokens.map((token) => named("token", token)),
    named("documentation", PUBLIC_SECRET),
  ];
}

function isOfSignature(refusal: string): refusal is SignatureRefusal {
  return Object.hasOwn(ofWebhooks, refusal);
}
