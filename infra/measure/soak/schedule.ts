import { Random } from "#kit/random.ts";
import { clusterNames } from "#local/kafka/cluster.ts";

/** Services that meet every fault. Each has a second instance, which is paused only. */
export const services = [
  "intake",
  "validator",
  "analytics",
  "persistence",
] as const;

/** The second instances: never ended, so that their memory is seen over the whole run. */
export const steadyInstances = [
  "intake-2",
  "validator-2",
  "analytics-2",
  "persistence-2",
] as const;

/** How many brokers are under it: a lone one, or three that are one cluster. */
export const brokerCounts = [1, 3] as const;

export type BrokerCount = (typeof brokerCounts)[number];

type Server = "kafka" | (typeof clusterNames)[number] | "postgres";

export function serversOf(brokers: BrokerCount): readonly Server[] {
  return [...(brokers === 1 ? ["kafka" as const] : clusterNames), "postgres"];
}

export type Target =
  | (typeof services)[number]
  | (typeof steadyInstances)[number]
  | Server;

export function targetsOf(brokers: BrokerCount): readonly Target[] {
  return [...services, ...steadyInstances, ...serversOf(brokers)];
}

/** `kill` is SIGKILL, `pause` SIGSTOP and later SIGCONT, `restart` the signal that asks it to stop in order. */
export type Fault = "kill" | "pause" | "restart";

export type PlannedFault = {
  readonly atSeconds: number;
  readonly target: Target;
  readonly fault: Fault;
  /** How long a pause takes; 0 for the others. */
  readonly durationSeconds: number;
};

type Card = Pick<PlannedFault, "target" | "fault">;

const FAULTS_PER_MINUTE = 1.75;
const LEAST_FAULTS = 4;
/** One fault in so many comes while another is under way. */
const OVERLAP_EVERY = 8;
/** Time for traffic to flow before the first fault, in seconds. */
export const QUIET_START = 8;
const PAUSE_SECONDS = { least: 2, most: 20 };

/** Every fault as often as it is to occur; drawn to the end before any occurs once more. */
const deckOf = (brokers: BrokerCount): readonly Card[] => [
  ...services.flatMap((target) => [
    { target, fault: "kill" } as const,
    { target, fault: "kill" } as const,
    { target, fault: "pause" } as const,
    { target, fault: "restart" } as const,
  ]),
  ...steadyInstances.map((target) => ({ target, fault: "pause" } as const)),
  // Rarer: one in four, and one in three if there are three brokers.
  ...serversOf(brokers).flatMap((target) => [
    { target, fault: "kill" } as const,
    { target, fault: "pause" } as const,
    { target, fault: "restart" } as const,
  ]),
];

/**
 * What is to be broken when: the same for the same run. The last minute, of short runs the last fifth, is
 * calm. Among the faults are the kill of a worker and a fault of a server; of three brokers one, and never
 * two at once, so that two replicas of three are there.
 *
 * @returns in the order of their begin
 */
export function planFaults(
  { seed, minutes, brokers }: {
    seed: number;
    /** Length of the run. */
    minutes: number;
    brokers: BrokerCount;
  },
): PlannedFault[] {
  const random = new Random(seed);
  const count = Math.max(
    LEAST_FAULTS,
    Math.round(FAULTS_PER_MINUTE * minutes),
  );
  const slots = inSlots(random, random.shuffled(draw(random, brokers, count)));

  const slotSeconds = (calmFrom(minutes) - QUIET_START) / slots.length;
  const planned: PlannedFault[] = [];
  slots.forEach(([first, second], slot) => {
    const begin = QUIET_START + slotSeconds * (slot + 0.15 * random.next());
    const end = QUIET_START + slotSeconds * (slot + 1);
    const fault = plan(random, first, begin, { slotSeconds, end });
    planned.push(fault);
    if (second === undefined) return;
    const later = random.next() * Math.max(2, fault.durationSeconds - 1);
    planned.push(plan(random, second, begin + later, { slotSeconds, end }));
  });
  return planned.sort((a, b) => a.atSeconds - b.atSeconds);
}

/** The second from which on nothing is broken any more. */
export function calmFrom(minutes: number): number {
  return minutes * 60 - Math.min(60, minutes * 12);
}

function draw(
  random: Random,
  brokers: BrokerCount,
  count: number,
): Card[] {
  const deck = deckOf(brokers);
  let rest = random.shuffled(deck);
  const drawn = [
    takeFirst(
      rest,
      ({ target, fault }) => fault === "kill" && isWorker(target),
    ),
    takeFirst(
      rest,
      ({ target }) => brokers === 1 ? isServer(target) : isBroker(target),
    ),
  ];
  while (drawn.length < count) {
    if (rest.length === 0) rest = random.shuffled(deck);
    drawn.push(takeFirst(rest, () => true));
  }
  return drawn;
}

/** Most cards have a slot of their own; some have to share it with one of another target. */
function inSlots(random: Random, cards: Card[]): [Card, Card?][] {
  const overlaps = Math.ceil(cards.length / OVERLAP_EVERY);
  const pairs = Array.from({ length: overlaps }, (): [Card, Card] => {
    const first = takeFirst(cards, () => true);
    return [first, takeOverlapping(random, cards, first)];
  });
  return random.shuffled([
    ...pairs,
    ...cards.map((card): [Card] => [card]),
  ]);
}

/** Half of the time the other instance, if there is a card of it, so that the whole service is away. */
function takeOverlapping(random: Random, cards: Card[], first: Card): Card {
  const isOther = ({ target }: Card) =>
    target !== first.target && !(isBroker(target) && isBroker(first.target));
  const isSibling = (card: Card) =>
    isOther(card) && serviceOf(card.target) === serviceOf(first.target);
  const siblingIsWanted = random.next() < 0.5 && cards.some(isSibling);
  return takeFirst(cards, siblingIsWanted ? isSibling : isOther);
}

function plan(
  random: Random,
  { target, fault }: Card,
  atSeconds: number,
  { slotSeconds, end }: { slotSeconds: number; end: number },
): PlannedFault {
  const longest = Math.min(
    PAUSE_SECONDS.most,
    // The rest of its slot is for recovering.
    Math.floor(0.55 * slotSeconds),
    Math.floor(end - atSeconds),
  );
  return {
    atSeconds: Math.round(atSeconds * 10) / 10,
    target,
    fault,
    durationSeconds: fault === "pause"
      ? random.integer(
        PAUSE_SECONDS.least,
        Math.max(PAUSE_SECONDS.least, longest),
      )
      : 0,
  };
}

export function isServer(target: Target): boolean {
  return isBroker(target) || target === "postgres";
}

export function isBroker(target: Target): boolean {
  return serviceOf(target) === "kafka";
}

export function isIntake(target: string): boolean {
  return serviceOf(target) === "intake";
}

function isWorker(target: Target): boolean {
  return !isServer(target) && !isIntake(target);
}

/** What a target is an instance of. */
export function serviceOf(target: string): string {
  return target.replace(/-\d+$/, "");
}

function takeFirst(cards: Card[], isWanted: (card: Card) => boolean): Card {
  const [card] = cards.splice(cards.findIndex(isWanted), 1);
  if (card === undefined) throw new Error("No card is left");
  return card;
}

export function describeFault(
  { fault, target, durationSeconds }: PlannedFault,
): string {
  return fault === "pause"
    ? `pause ${target} for ${durationSeconds} s`
    : `${fault} ${target}`;
}
