import { StandardWebhooksAccount } from "../../provider_accounts/standard_webhooks.ts";
import { factAt, moneyOf } from "../facts/fact.ts";
import { hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { secondsOf } from "./times.ts";
import type { Voice } from "./voice.ts";

/** A service of one's own, which tells of payments in EventFlow's own words. */
export const standardWebhooks: Voice<StandardWebhooksAccount> = {
  provider: "standard-webhooks",
  settings: StandardWebhooksAccount,
  currencies: { USD: 2, EUR: 2, JPY: 0, KWD: 3 },
  isUnordered: true,
  silent: [],
  tell(moment) {
    const { payment: { ids }, nth, atMs } = moment;
    const [type, data] = said(moment);
    return {
      body: { type, timestamp: new Date(atMs).toISOString(), data },
      headers: { "webhook-id": `msg_${ids.word(`event ${nth}`, 27)}` },
    };
  },
  sign({ body, headers = {} }, { secrets = [] }, nowMs) {
    const time = `${secondsOf(nowMs)}`;
    const before = `${headers["webhook-id"]}.${time}.`;
    const signatures = secrets.map(({ bytes }) =>
      `v1,${hmac("sha256", bytes, [before, body], "base64")}`
    );
    return {
      body,
      headers: {
        ...JSON_BODY,
        ...headers,
        "webhook-timestamp": time,
        "webhook-signature": signatures.join(" "),
      },
    };
  },
  obstacleOf: ({ secrets }) =>
    secrets === undefined
      ? "it must have secrets, as of public_keys nobody but their owner can sign"
      : undefined,
};

function said(moment: Moment): readonly [string, object] {
  const fact = factAt(moment);
  if (fact !== undefined) return [fact.type, fact.payload];
  const { ids, email } = moment.payment;
  return moment.step === "unrelated"
    ? ["customer.created", { id: `cus_${ids.word("customer", 16)}`, email }]
    : ["payment.reviewed", moneyOf(moment)];
}
