import type { HeldBack } from "#kafka/held_back_watch.ts";
import type { ClusterDescription } from "#kafka/port.ts";
import type { Metrics } from "#runtime/metrics.ts";
import { typesAtRisk } from "./money_at_risk.ts";
import { addTo, type ByType } from "./unfinished_records.ts";

/** Where money is that has been accepted and is not stored. */
export const places = ["unvalidated", "unstored", "dead_letters"] as const;

export type Place = typeof places[number];

/** How far a group is in one partition. */
export type Lag = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
  /** Age of the oldest record that is not finished, or of what holds it back; 0 if there is none. */
  readonly seconds: number;
};

/** What was seen in one look at Kafka. */
export type Observation = {
  readonly cluster: ClusterDescription;
  /** Topics that are not there. Nothing is known of who is how far in them. */
  readonly missing: readonly string[];
  readonly lags: readonly Lag[];
  readonly members: ReadonlyMap<string, number>;
  /** What is accepted and not stored, by where it is. */
  readonly atRisk: ReadonlyMap<Place, ByType>;
  readonly deadLettersKept: number;
  readonly heldBack: readonly HeldBack[];
  /** By topic, how many of its partitions cannot be read to their ends. */
  readonly unreadable: ReadonlyMap<string, number>;
};

export type ObserverMetrics = {
  seen(observation: Observation): void;
  /** Kafka does not answer: an old figure would look like a healthy system. */
  unreachable(): void;
};

export function observerMetrics(metrics: Metrics): ObserverMetrics {
  const byPartition = { group: [], topic: [], partition: [] } as const;
  const lagRecords = metrics.gauge({
    name: "eventflow_group_lag_records",
    answers: "How far is each group behind, even one of which no worker lives?",
    help:
      "Records that a group has not finished, those behind an open transaction included.",
    labels: byPartition,
  });
  const lagSeconds = metrics.gauge({
    name: "eventflow_group_lag_seconds",
    answers: "For how long has what waits been waiting?",
    help: "Age of the oldest record that a group has not finished.",
    labels: byPartition,
  });
  const members = metrics.gauge({
    name: "eventflow_group_members",
    answers: "Does anybody work for the group?",
    help: "Members of a group.",
    labels: { group: [] },
  });
  const reachable = metrics.gauge({
    name: "eventflow_kafka_reachable",
    answers: "Does Kafka answer?",
    help: "1 while Kafka answers the observer, else 0.",
  });
  const brokers = metrics.gauge({
    name: "eventflow_kafka_brokers",
    answers: "Is a broker missing?",
    help: "Brokers that are in the cluster.",
  });
  const underReplicated = metrics.gauge({
    name: "eventflow_kafka_under_replicated_partitions",
    answers: "Would the loss of one more broker lose or stop anything?",
    help:
      "Partitions of EventFlow's topics with a replica that is not in sync.",
  });
  const offline = metrics.gauge({
    name: "eventflow_kafka_offline_partitions",
    answers: "Which part of the topics can be neither written nor read?",
    help: "Partitions of EventFlow's topics without a leader.",
  });
  const money = metrics.gauge({
    name: "eventflow_money_at_risk",
    answers: "How much money is accepted and not stored, and where is it?",
    help:
      "Amounts accepted and not stored, in units of the currency, by where they are.",
    labels: { where: [], currency: [] },
  });
  const moneyByType = metrics.gauge({
    name: "eventflow_money_at_risk_by_event_type",
    answers:
      "Of the money that is accepted and not stored, how much comes in and how much goes back?",
    help:
      "Of eventflow_money_at_risk what is of events of one type. What the bodies of provider's own webhooks say is in none.",
    labels: { where: [], event_type: [], currency: [] },
  });
  const events = metrics.gauge({
    name: "eventflow_events_at_risk",
    answers:
      "How many events are accepted and not stored, also those whose amounts are not known?",
    help:
      "Records accepted and not stored, by where they are and by type; other: what is no event yet, as a provider's own webhook.",
    labels: { where: [], event_type: [] },
  });
  const deadLetters = metrics.gauge({
    name: "eventflow_dead_letters_kept",
    answers: "How many dead letters are there to repair?",
    help: "Dead letters that are in the topic.",
  });
  const heldBack = metrics.gauge({
    name: "eventflow_partition_held_back_seconds",
    answers:
      "Does a transaction that nobody ends keep payments from being read?",
    help:
      "For how long an open transaction has kept readers from going on, of each partition where it does for too long.",
    labels: { topic: [], partition: [] },
  });
  const unreadable = metrics.gauge({
    name: "eventflow_unreadable_partitions",
    answers: "Is there money or a dead letter that nobody can see?",
    help:
      "Partitions that cannot be read to their ends: what lies behind is in no other figure.",
    labels: { topic: [] },
  });
  const known = [
    heldBack,
    unreadable,
    lagRecords,
    lagSeconds,
    members,
    brokers,
    underReplicated,
    offline,
    money,
    moneyByType,
    events,
    deadLetters,
  ];
  const forget = () => known.forEach((gauge) => gauge.clear());
  forget();
  const currencies = new Map(places.map((where) => [where, new Set<string>()]));

  return {
    seen({ cluster, lags, members: counts, ...rest }) {
      reachable.set(1, {});
      brokers.set(cluster.brokers, {});
      const count = (is: (one: typeof cluster.partitions[number]) => boolean) =>
        cluster.partitions.filter(is).length;
      underReplicated.set(count((one) => one.inSync < one.replicas), {});
      offline.set(count((one) => !one.hasLeader), {});
      lagRecords.clear();
      lagSeconds.clear();
      for (const { records, seconds, group, topic, ...one } of lags) {
        const labels = { group, topic, partition: String(one.partition) };
        lagRecords.set(records, labels);
        lagSeconds.set(seconds, labels);
      }
      heldBack.clear();
      for (const { topic, partition, forMs } of rest.heldBack) {
        heldBack.set(forMs / 1000, { topic, partition: String(partition) });
      }
      for (const [group, count] of counts) members.set(count, { group });
      deadLetters.set(rest.deadLettersKept, {});
      for (const [topic, count] of rest.unreadable) {
        unreadable.set(count, { topic });
      }
      // A type of which nothing waits any more is of no interest: its whole is in the figure without types.
      moneyByType.clear();
      for (const where of places) {
        const types = rest.atRisk.get(where);
        const amounts = new Map<string, number>();
        for (const one of types?.values() ?? []) addTo(amounts, one.amounts);
        const met = currencies.get(where) ?? new Set();
        for (const currency of amounts.keys()) met.add(currency);
        for (const currency of met) {
          money.set(amounts.get(currency) ?? 0, { where, currency });
        }
        for (const event_type of typesAtRisk) {
          const one = types?.get(event_type);
          events.set(one?.records ?? 0, { where, event_type });
        }
        for (const [event_type, one] of types ?? []) {
          for (const [currency, amount] of one.amounts) {
            moneyByType.set(amount, { where, event_type, currency });
          }
        }
      }
    },
    unreachable() {
      reachable.set(0, {});
      forget();
    },
  };
}
