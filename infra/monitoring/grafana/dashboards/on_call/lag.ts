import { Seconds, Short } from "@grafana/grafana-foundation-sdk/units";
import { limitOf } from "../../../prometheus/alerts.ts";
import type { Row } from "../../layout.ts";
import { bars, lines } from "../../panels.ts";
import { chosenGroups, max, sum } from "../../promql.ts";

const next = "eventflow-business";

const levels = {
  orange: limitOf("GroupLagLasting"),
  red: limitOf("GroupLagHigh"),
};

const ofGroups = (metric: string) => `${metric}{${chosenGroups}}`;

export const lag: Row = {
  title: "What Is Behind?",
  panels: [
    lines({
      title: "Lag in Records",
      answers: "How many records has each group not finished?",
      unit: Short,
      next,
      alerts: ["PersistenceStalled"],
      queries: {
        "{{group}}": sum(
          max(
            ofGroups("eventflow_group_lag_records"),
            "group, topic, partition",
          ),
          "group",
        ),
      },
    }),
    lines({
      title: "Lag in Seconds",
      answers:
        "How long ago was the oldest record written that the group has not finished?",
      unit: Seconds,
      next,
      levels,
      queries: {
        "{{group}}": max(ofGroups("eventflow_group_lag_seconds"), "group"),
      },
    }),
    lines({
      title: "Members of Groups",
      answers: "How many workers share the work of each group? 0: nobody.",
      unit: Short,
      next,
      alerts: ["GroupWithoutMembers"],
      queries: {
        "{{group}}": max(ofGroups("eventflow_group_members"), "group"),
      },
    }),
    bars({
      title: "Lag in Seconds by Partition",
      answers:
        "Is one partition behind, or all? One alone: look for what it waits for; all: for a worker or a server that is away.",
      unit: Seconds,
      span: 12,
      next,
      levels,
      queries: {
        "{{group}} {{topic}} {{partition}}": max(
          ofGroups("eventflow_group_lag_seconds"),
          "group, topic, partition",
        ),
      },
    }),
    lines({
      title: "Kafka's Brokers and Partitions",
      answers:
        "Is a broker missing, and would the loss of another one stop anything?",
      unit: Short,
      span: 12,
      next,
      alerts: ["KafkaBrokerAway", "KafkaUnderReplicated"],
      queries: {
        "Brokers": max("eventflow_kafka_brokers"),
        "Partitions with a Replica That Is Not in Sync": max(
          "eventflow_kafka_under_replicated_partitions",
        ),
        "Partitions Without a Leader": max(
          "eventflow_kafka_offline_partitions",
        ),
      },
    }),
  ],
};
