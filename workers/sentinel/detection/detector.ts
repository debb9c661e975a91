import { addCounts, type Counts, noCounts } from "./counts.ts";
import type { Alarm, Closing, Finding } from "./alarm.ts";
import { budgetOf } from "./budget.ts";
import { type Minute, NAT, rateEvidence, shareEvidence } from "./evidence.ts";
import { bestExplanation, type Candidate } from "./explain.ts";
import {
  averageMoney,
  countOf,
  endDay,
  exposureOf,
  keepAmounts,
  newNode,
  type Node,
  TRAFFIC_DAYS,
} from "./node.ts";
import { covers, keyOf, keysDownTo, type Path } from "./segment.ts";
import { advance, type Crossing, restart } from "./cusum.ts";
import {
  enterBin,
  evidenceOf,
  rebase,
  record,
  seasonalOf,
  type Series,
  sumExpected,
  sumRecent,
  voidSince,
} from "./series.ts";
import {
  type Direction,
  directions,
  type SeriesSpec,
  seriesSpecs,
  type Signal,
} from "./signals.ts";
import {
  dayOf,
  HISTORY_DAYS,
  MINUTES_PER_BIN,
  MINUTES_PER_DAY,
} from "./slots.ts";
import { thresholdOf } from "./threshold.ts";

/** Of the way in which it is found out what is an anomaly: records name it. */
export const DETECTOR_VERSION = 1;

export type DetectorSettings = {
  /** False alarms a week that the tests of each signal may raise together. */
  readonly falseAlarmsPerWeek: number;
  /** Segments that are kept at most. */
  readonly maxSegments: number;
  /** How long is learnt from before anything is judged. */
  readonly learnMinutes: number;
};

export const defaultDetectorSettings: DetectorSettings = {
  falseAlarmsPerWeek: 0.5,
  maxSegments: 160,
  learnMinutes: MINUTES_PER_DAY,
};

/** Everything a detector knows: plain data, which JSON writes and reads back exactly. */
export type DetectorState = {
  readonly version: number;
  /** The next minute to be judged; `null` before the first. */
  next: number | null;
  /** By the keys of their paths. */
  readonly nodes: Record<string, Node>;
  alarms: Alarm[];
  /** How many alarms there have been. */
  count: number;
};

export function newDetectorState(): DetectorState {
  return {
    version: DETECTOR_VERSION,
    next: null,
    nodes: {},
    alarms: [],
    count: 0,
  };
}

/** Counts of a minute, by the keys of the deepest paths. */
export type MinuteCounts = ReadonlyMap<string, { path: Path; counts: Counts }>;

/** Fewer payments a day say too little of a segment for it to be judged. */
const FEWEST_A_DAY = 100;

/** A segment with nearly all that the one above has is the one above. */
const NEARLY_ALL = 0.97;

/** Minutes for which all has to be as usual before an alarm is closed, and evidence for it in nats. */
const QUIET_MINUTES = 30;
const QUIET_EVIDENCE = 5 * NAT;

/** What has lasted so long is usual. */
const LONGEST_MINUTES = MINUTES_PER_DAY;

/**
 * Judges minutes of counts, one after the other, and finds anomalies. What it finds follows from the counts alone, to the bit.
 */
export class Detector {
  readonly #settings: DetectorSettings;
  readonly #state: DetectorState;

  constructor(
    settings: DetectorSettings = defaultDetectorSettings,
    state: DetectorState = newDetectorState(),
  ) {
    this.#settings = settings;
    this.#state = state;
  }

  /** Not a copy: whoever keeps it writes it out first. */
  get state(): DetectorState {
    return this.#state;
  }

  /** Passes over a minute of which it is not known what it had: it is neither judged nor learnt. */
  skip(minute: number): void {
    this.#state.next = minute + 1;
    for (const { node, series } of this.#allSeries()) {
      for (const direction of directions) {
        const test = series.tests[direction];
        test.isWhole = false;
      }
      node.lastSeen = Math.max(node.lastSeen, minute);
    }
  }

  /** Judges a minute, which no more counts come to. */
  judge(minute: number, counts: MinuteCounts): Finding[] {
    const { next } = this.#state;
    if (next !== null && dayOf(minute) !== dayOf(next - 1)) {
      this.#endDay(minute);
    }
    this.#state.next = minute + 1;
    const sums = this.#sumUp(minute, counts);
    const judged: Judged[] = [];
    const when = {
      minute,
      firstBins: Math.max(
        1,
        Math.floor(this.#settings.learnMinutes / MINUTES_PER_BIN),
      ),
    };
    let hasLearnt = false;
    for (const [key, node] of Object.entries(this.#state.nodes)) {
      const own = sums.get(key) ?? nothing;
      if (own !== nothing) keepAmounts(node, own);
      for (const spec of seriesSpecs) {
        const series = node.series[spec.id];
        if (series === undefined) continue;
        hasLearnt = enterBin(series, spec, when).hasLearnt || hasLearnt;
        const exposure = exposureOf(own, spec.exposure);
        const observed = countOf(node, spec, own);
        judged.push({ node, spec, series, exposure, observed });
      }
    }
    if (hasLearnt) {
      this.#chooseActive(minute);
      this.#calibrate();
    }
    const findings: Finding[] = [];
    this.#record(minute, judged, sums);
    this.#close(minute, findings);
    for (const one of judged) this.#test(minute, one, findings);
    return findings;
  }

  #sumUp(minute: number, counts: MinuteCounts): Map<string, Counts> {
    const sums = new Map<string, Counts>();
    for (const { path, counts: more } of counts.values()) {
      for (const [depth, key] of keysDownTo(path).entries()) {
        const node = this.#nodeOf(key, path, { depth, minute });
        if (node === undefined) break;
        node.lastSeen = minute;
        node.days[0] = (node.days[0] ?? 0) + (more.of.payments ?? 0);
        let sum = sums.get(key);
        if (sum === undefined) sums.set(key, sum = noCounts());
        addCounts(sum, more);
      }
    }
    return sums;
  }

  #nodeOf(
    key: string,
    path: Path,
    { depth, minute }: { depth: number; minute: number },
  ): Node | undefined {
    const { nodes } = this.#state;
    const known = nodes[key];
    if (known !== undefined) return known;
    if (Object.keys(nodes).length >= this.#settings.maxSegments) {
      return undefined;
    }
    return nodes[key] = newNode(path.slice(0, depth), minute);
  }

  /** What was counted and what is usual in the latest minutes, of everything and of each provider. */
  outlook(minutes = OUTLOOK_MINUTES): Outlook[] {
    const { next } = this.#state;
    if (next === null) return [];
    const all: Outlook[] = [];
    for (const { node, spec, series } of this.#allSeries()) {
      const isShown = node.isActive && node.path.length <= 1 &&
        OUTLOOK_SERIES.has(spec.id) && series.curve !== null;
      if (!isShown) continue;
      const sum = sumExpected(series, next - minutes, next - 1);
      all.push({
        signal: spec.signal,
        provider: node.path[0],
        ...sum,
        variance: sum.expected * series.spread.hour,
      });
    }
    return all;
  }

  *#allSeries(): Generator<{ node: Node; spec: SeriesSpec; series: Series }> {
    for (const node of Object.values(this.#state.nodes)) {
      for (const spec of seriesSpecs) {
        const series = node.series[spec.id];
        if (series !== undefined) yield { node, spec, series };
      }
    }
  }

  #endDay(minute: number): void {
    const { nodes } = this.#state;
    for (const [key, node] of Object.entries(nodes)) {
      endDay(node, minute);
      const isGone = node.lastSeen < minute - HISTORY_DAYS * MINUTES_PER_DAY;
      const isOpen = this.#state.alarms.some(({ path }) =>
        covers(node.path, path)
      );
      if (isGone && !isOpen && key !== "") delete nodes[key];
    }
    if (Object.keys(nodes).length >= this.#settings.maxSegments) {
      this.#dropIdle();
    }
  }

  /**
   * Makes room, if there is none left, by what has too few payments to be judged. Else a sender with ever new accounts would take all
   * of it for four weeks, and nobody who comes later were watched.
   */
  #dropIdle(): void {
    const { nodes, alarms } = this.#state;
    const needed = [
      ...this.#active().map(({ path }) => path),
      ...alarms.map(({ path }) => path),
    ];
    for (
      const [key, { path, days: [, yesterday = 0] }] of Object.entries(nodes)
    ) {
      const isIdle = yesterday < FEWEST_A_DAY &&
        !needed.some((one) => covers(path, one));
      if (isIdle && key !== "") delete nodes[key];
    }
  }

  /** Judges those with payments enough that are not the same as what is above them. */
  #chooseActive(minute: number): void {
    const payments = (node: Node) =>
      node.days.reduce((sum, day) => sum + day, 0);
    for (const node of Object.values(this.#state.nodes)) {
      if (node.path.length === 0) continue;
      const above = this.#above(node);
      const minutes = Math.min(
        Math.max(minute - node.since, 1),
        (TRAFFIC_DAYS + 1) * MINUTES_PER_DAY,
      );
      node.isActive =
        payments(node) * MINUTES_PER_DAY >= FEWEST_A_DAY * minutes &&
        (above === undefined || payments(node) < NEARLY_ALL * payments(above));
    }
  }

  #above({ path }: Node): Node | undefined {
    return path.length === 0
      ? undefined
      : this.#state.nodes[keyOf(path.slice(0, -1))];
  }

  #active(): Node[] {
    return Object.values(this.#state.nodes).filter(({ isActive }) => isActive);
  }

  #calibrate(): void {
    const nodes = this.#active();
    for (const { node, spec, series } of this.#allSeries()) {
      if (!node.isActive || series.curve === null) continue;
      for (const direction of directions) {
        const { blocks, thresholds } = series.tests[direction];
        blocks.forEach((one, index) => {
          const budget = budgetOf({
            spec,
            direction,
            index,
            node,
            nodes,
            perWeek: this.#settings.falseAlarmsPerWeek,
          });
          thresholds[index] = thresholdOf(one, budget);
        });
      }
    }
  }

  #record(
    minute: number,
    judged: readonly Judged[],
    sums: ReadonlyMap<string, Counts>,
  ): void {
    for (const { node, spec, series, exposure, observed } of judged) {
      const seasonal = this.#seasonal(node, spec, series, {
        minute,
        exposure,
        sums,
      });
      const isOff = this.#state.alarms.some((alarm) =>
        alarm.series === spec.id && related(alarm.path, node.path)
      );
      if (isOff) voidSince(series, minute);
      record(series, minute, { observed, exposure, seasonal });
    }
  }

  /** Of a share of all, what the providers' own shares come to: who has more of the payments today changes nothing of its own. */
  #seasonal(
    node: Node,
    spec: SeriesSpec,
    series: Series,
    { minute, exposure, sums }: {
      minute: number;
      exposure: number;
      sums: ReadonlyMap<string, Counts>;
    },
  ): number {
    if (
      spec.kind === "rate" || node.path.length > 0 || spec.signal === "amounts"
    ) {
      return seasonalOf(series, minute, exposure);
    }
    if (series.curve === null) return 0;
    let [rest, sum] = [exposure, 0];
    for (const [key, child] of Object.entries(this.#state.nodes)) {
      const own = child.series[spec.id];
      if (child.path.length !== 1 || !child.isActive || !own?.curve) continue;
      const counts = sums.get(key);
      if (counts === undefined) continue;
      const part = exposureOf(counts, spec.exposure);
      rest -= part;
      sum += seasonalOf(own, minute, part);
    }
    return sum + seasonalOf(series, minute, rest);
  }

  /** What a segment counted, without what alarms below it explain. */
  #sum(
    node: Node,
    spec: SeriesSpec,
    from: number,
    to: number,
  ): Minute {
    const own = node.series[spec.id];
    if (own === undefined) return { observed: 0, expected: 0, exposure: 0 };
    let { observed, expected, exposure } = sumRecent(own, from, to);
    for (const alarm of this.#state.alarms) {
      if (alarm.series !== spec.id) continue;
      if (alarm.path.length <= node.path.length) continue;
      if (!covers(node.path, alarm.path)) continue;
      const below = this.#state.nodes[keyOf(alarm.path)]?.series[spec.id];
      if (below === undefined) continue;
      const part = sumRecent(below, from, to);
      observed -= part.observed;
      expected -= part.expected;
      if (spec.kind === "share") exposure -= part.exposure;
    }
    return { observed, expected: Math.max(expected, 0), exposure };
  }

  #test(
    minute: number,
    { node, spec, series }: Judged,
    findings: Finding[],
  ): void {
    if (!node.isActive || series.curve === null) return;
    const isCovered = this.#state.alarms.some((alarm) =>
      (alarm.series === spec.id && covers(alarm.path, node.path)) ||
      overshadows(alarm, spec, node.path)
    );
    for (const direction of directions) {
      if (spec.ratios[direction].length === 0) continue;
      const test = series.tests[direction];
      if (isCovered) {
        restart(test);
        continue;
      }
      const now = this.#sum(node, spec, minute, minute);
      const increments = evidenceOf(series, spec, direction, now);
      const crossing = advance(test, minute, increments);
      if (crossing === undefined) continue;
      const total = this.#sum(node, spec, crossing.since, minute);
      if (direction === "up" && total.observed < spec.atLeast) continue;
      findings.push(this.#open(minute, { node, spec, direction, crossing }));
      return;
    }
  }

  #open(
    minute: number,
    { node, spec, direction, crossing }: {
      node: Node;
      spec: SeriesSpec;
      direction: Direction;
      crossing: Crossing;
    },
  ): Finding {
    const { since, evidence, threshold } = crossing;
    const found = this.#explanation(minute, { node, spec, direction, since });
    const at = this.#sum(found, spec, since, minute);
    const alarm: Alarm = {
      number: ++this.#state.count,
      series: spec.id,
      direction,
      path: found.path,
      since,
      raised: minute,
      at,
      evidence,
      threshold,
      total: { ...at },
      reverse: { sum: 0, since: minute },
      money: averageMoney(found),
    };
    this.#state.alarms.push(alarm);
    for (const other of Object.values(this.#state.nodes)) {
      const own = other.series[spec.id];
      if (own === undefined || !related(other.path, found.path)) continue;
      voidSince(own, since);
      restart(own.tests[direction]);
    }
    return { state: "opened", alarm: structuredClone(alarm) };
  }

  #explanation(
    minute: number,
    { node, spec, direction, since }: {
      node: Node;
      spec: SeriesSpec;
      direction: Direction;
      since: number;
    },
  ): Node {
    const active = this.#active();
    const candidates: Candidate<Node>[] = [];
    for (const other of active) {
      const series = other.series[spec.id];
      if (!series?.curve || !related(other.path, node.path)) continue;
      const isCovered = this.#state.alarms.some((alarm) =>
        alarm.series === spec.id && covers(alarm.path, other.path)
      );
      if (isCovered) continue;
      candidates.push({
        of: other,
        depth: other.path.length,
        peers: active.filter(({ path }) =>
          path.length === other.path.length
        ).length,
        dispersion: series.spread.quarter,
        sum: this.#sum(other, spec, since, minute),
      });
    }
    return bestExplanation(candidates, spec, direction) ?? node;
  }

  #close(minute: number, findings: Finding[]): void {
    for (const alarm of [...this.#state.alarms]) {
      const why = this.#closing(minute, alarm);
      if (why === undefined) continue;
      this.#state.alarms = this.#state.alarms.filter((one) => one !== alarm);
      if (why === "became_usual") this.#takeForUsual(alarm);
      findings.push({
        state: "closed",
        alarm: structuredClone(alarm),
        minute,
        why,
      });
    }
  }

  #closing(minute: number, alarm: Alarm): Closing | undefined {
    const spec = seriesSpecs.find(({ id }) => id === alarm.series);
    const node = this.#state.nodes[keyOf(alarm.path)];
    const series = node?.series[alarm.series];
    if (!spec || !node || !series) return "became_usual";
    const now = sumRecent(series, minute, minute);
    alarm.total.observed += now.observed;
    alarm.total.expected += now.expected;
    alarm.total.exposure += now.exposure;
    const evidence = spec.kind === "rate" ? rateEvidence : shareEvidence;
    const against = evidence(now, ratioOf(alarm, spec)) /
      series.spread.quarter;
    const { reverse } = alarm;
    if (reverse.sum === 0) reverse.since = minute;
    reverse.sum = Math.max(0, reverse.sum - Math.round(against * NAT));
    if (
      reverse.sum >= QUIET_EVIDENCE &&
      minute - reverse.since >= QUIET_MINUTES
    ) return "recovered";
    return minute - alarm.since >= LONGEST_MINUTES ? "became_usual" : undefined;
  }

  /** By as much as the segment has changed; of what is above it, by its part. */
  #takeForUsual({ series: id, path, total }: Alarm): void {
    if (total.expected <= 0) return;
    const ratio = Math.min(
      Math.max(total.observed / total.expected, 0.01),
      100,
    );
    const payments = (days: readonly number[]) =>
      days.reduce((sum, day) => sum + day, 0);
    const own = payments(this.#state.nodes[keyOf(path)]?.days ?? []);
    for (const node of Object.values(this.#state.nodes)) {
      const series = node.series[id];
      if (series === undefined || !related(node.path, path)) continue;
      const part = node.path.length >= path.length
        ? 1
        : Math.min(1, own / Math.max(1, payments(node.days)));
      rebase(series, 1 + part * (ratio - 1));
    }
  }
}

const OUTLOOK_MINUTES = 15;
const OUTLOOK_SERIES: ReadonlySet<string> = new Set(["volume", "approval"]);

/** A signal beside what is usual, over some minutes; of approval these are failures. */
export type Outlook = Minute & {
  readonly signal: Signal;
  /** Absent: everything. */
  readonly provider: string | undefined;
  /** Of what is expected. */
  readonly variance: number;
};

const nothing = noCounts();

type Judged = {
  readonly node: Node;
  readonly spec: SeriesSpec;
  readonly series: Series;
  readonly exposure: number;
  readonly observed: number;
};

function related(one: Path, other: Path): boolean {
  return covers(one, other) || covers(other, one);
}

/** Whether an alarm of another signal lets a segment's shares stray: if a provider is away, all is made up of others. */
function overshadows(alarm: Alarm, spec: SeriesSpec, path: Path): boolean {
  if (spec.kind !== "share" || alarm.series === spec.id) return false;
  if (alarm.series === "volume") {
    return path.length < alarm.path.length && covers(path, alarm.path);
  }
  const isMix = spec.signal === "decline_mix" || spec.signal === "amounts";
  return isMix && alarm.series === "approval" && related(path, alarm.path);
}

/** The ratio (of a share: of its odds) that the alarm found, but not nearer to the usual one than can be told apart soon. */
function ratioOf(
  { at: { observed, expected, exposure }, direction }: Alarm,
  { kind }: SeriesSpec,
): number {
  const plain = (observed + 0.5) / (expected + 0.5);
  const others = kind === "share"
    ? (exposure - expected + 0.5) / (exposure - observed + 0.5)
    : 1;
  const ratio = plain * others;
  return direction === "up"
    ? Math.min(Math.max(ratio, 1.3), 20)
    : Math.max(Math.min(ratio, 0.8), 0.05);
}
