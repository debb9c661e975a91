import { type Customers, Lives, type Moment } from "./voices/life.ts";
import type { Authorize } from "./authorization.ts";
import { eventAt, type OwnEvent } from "./event.ts";
import type { IncidentsAt } from "./incidents/incidents.ts";
import type { SimulatorMetrics, StreamResult } from "./metrics.ts";
import { decimalsOf } from "#contracts/currencies.ts";
import { minorUnits } from "./minor_units.ts";
import type { SendEvent } from "./send_event.ts";
import { otherCurrencies, Traffic, type TrafficSettings } from "./traffic.ts";

/** What is sent next; the payment's next event is not sent before it ends. */
export type NextEvent = () => () => Promise<StreamResult>;

type Parts = {
  readonly incidents: IncidentsAt;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
};

/** Authorisations of payments of somebody unknown, each time another. */
export function authorizationsOnly(
  settings: TrafficSettings,
  { authorize, incidents, now, random, newId }: Parts & {
    readonly authorize: Authorize;
  },
): NextEvent {
  const run = newId().slice(0, 8);
  const traffic = new Traffic(settings, { now, random, run });
  return unlessSilent(incidents, () => {
    const { authorization, at, done } = traffic.next();
    return async () => {
      const copies = incidents.copies();
      const { primary } = await authorize({ authorization, at, copies });
      done();
      return primary.ok ? "accepted" : "failed";
    };
  });
}

/** What happened to a customer's payment. The payment's next event is not made before `done` is called. */
type CustomersEvent = {
  readonly moment: Moment;
  /** Undefined if it is no fact of a payment. */
  readonly event: OwnEvent | undefined;
  done(): void;
};

/** Makes the events of payments of customers who come again, one after another, without sending any. */
export function eventsOfCustomers(
  settings: TrafficSettings,
  { customers, incidents, now, random, newId }: Parts & {
    readonly customers: Customers;
  },
): () => CustomersEvent {
  const lives = new Lives({
    currencies: Object.fromEntries(
      [settings.currency, ...otherCurrencies]
        .map((currency) => [currency, decimalsOf(currency)]),
    ),
    prices: { main: settings.currency, medianCents: medianCents(settings) },
    customers,
    weather: incidents.weather,
    silent: ["unrelated", "unmapped"],
    random,
    now,
  });
  return () => {
    const { moment, done } = lives.next();
    return { moment, event: eventAt(moment, { ...settings, newId }), done };
  };
}

/** Whatever becomes of the payments of customers who come again. */
export function paymentsOfCustomers(
  settings: TrafficSettings,
  { send, metrics, ...parts }: Parts & {
    readonly customers: Customers;
    readonly send: SendEvent;
    readonly metrics: SimulatorMetrics;
  },
): NextEvent {
  const next = eventsOfCustomers(settings, parts);
  const { incidents } = parts;
  return unlessSilent(incidents, () => {
    const { moment, event, done } = next();
    return async () => {
      try {
        if (event === undefined) return "silent";
        const copies = incidents.copies();
        const { primary } = await send(event, { copies });
        if (moment.step === "authorized") metrics.authorized(primary.ok);
        return primary.ok ? "accepted" : "failed";
      } finally {
        done();
      }
    };
  });
}

function unlessSilent(incidents: IncidentsAt, next: NextEvent): NextEvent {
  return () => incidents.isSilent() ? () => Promise.resolve("silent") : next();
}

/** The stream's amount in hundredths of something as dear as a dollar, as prices are counted. */
function medianCents({ amount, currency }: TrafficSettings): number {
  const decimals = decimalsOf(currency);
  const minor = Number(minorUnits(amount, decimals) ?? 0n);
  return decimals === 3 ? minor / 10 : minor;
}
