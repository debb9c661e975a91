/** What must be seen if a part is gone; more may be. */
export type Expected = {
  /** Boards and panels that are red. */
  readonly red: readonly string[];
  /** Alerts whose rule holds. */
  readonly alerts: readonly string[];
};

const onCall = (title: string) => `EventFlow On Call / ${title}`;
const servicesDown = onCall("Services Down");
const timeline = onCall("Which Service Answers");
const wrong = onCall("What Is Wrong, Since When");
const firing = onCall("Firing Alerts");
const flow = "EventFlow Streaming Overview / Does It Flow?";
const gone = "EventFlow Business / Gone";

const down = [servicesDown, timeline, wrong];

export const expectedOf = {
  "persistence": {
    red: [
      ...down,
      onCall("Groups Without a Worker"),
      onCall("Database"),
      firing,
      flow,
      gone,
    ],
    alerts: ["ServiceDown", "GroupWithoutMembers"],
  },
  "validator": {
    red: [
      ...down,
      onCall("Groups Without a Worker"),
      onCall("Partitions That Wait"),
      firing,
      flow,
      gone,
    ],
    alerts: ["ServiceDown", "GroupWithoutMembers"],
  },
  "intake": {
    red: [...down, onCall("Refusals: Burn Rate"), firing, flow, gone],
    alerts: ["ServiceDown"],
  },
  "observer": {
    red: [
      ...down,
      onCall("Kafka"),
      onCall("Groups Without a Worker"),
      onCall("Oldest Unfinished Record"),
      firing,
      gone,
      "EventFlow Business / Oldest Payment Not Stored",
    ],
    alerts: ["ObserverGone"],
  },
  "database": {
    red: [onCall("Database"), wrong, firing, flow, gone],
    alerts: ["DatabaseAway"],
  },
  "analytics": { red: [...down, flow], alerts: ["AuxiliaryServiceDown"] },
  "simulator": { red: down, alerts: ["AuxiliaryServiceDown"] },
  "alertmanager": { red: down, alerts: ["AuxiliaryServiceDown"] },
  "target of the validator": {
    red: [...down, onCall("Partitions That Wait"), firing, flow, gone],
    alerts: ["ServiceDown"],
  },
  "label of the groups": {
    red: [onCall("Groups Without a Worker"), wrong],
    alerts: [],
  },
  "rules": { red: [onCall("Alert Rules")], alerts: [] },
  "broker": {
    red: [
      onCall("Kafka"),
      onCall("Groups Without a Worker"),
      wrong,
      firing,
      flow,
      gone,
    ],
    alerts: ["KafkaAway"],
  },
} satisfies Record<string, Expected>;
