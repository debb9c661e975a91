import { Buffer } from "node:buffer";
import { z } from "zod";
import { headers } from "#contracts/headers.ts";
import { header, headerText } from "#kafka/headers.ts";
import type { KafkaAdmin, KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import {
  chunksOf,
  cutIn,
  type Snapshot,
  SNAPSHOT_VERSION,
  snapshotOf,
} from "./snapshot.ts";
import type { Bounds } from "./remembered_past.ts";

/** What a part of a snapshot says of itself. */
const Part = z.object({
  version: z.number(),
  bounds: z.string(),
  /** The snapshot: its slice. */
  slice: z.number(),
  part: z.number(),
  isLast: z.boolean(),
});
type Part = z.infer<typeof Part>;

type Slot = 0 | 1;
const slots: readonly Slot[] = [0, 1];

type Stored = Part & { readonly value: Buffer };

/** A snapshot as it lies in the topic. */
type Found = {
  readonly slot: Slot;
  readonly slice: number;
  readonly chunks: readonly Uint8Array[];
};

/**
 * Snapshots in a compacted topic, the last two of a group. Each takes the place of the one before the last, so that while it is
 * written, the last one is whole.
 */
export class SnapshotStore {
  readonly #kafka: Pick<KafkaClient, "sender" | "read">;
  readonly #admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">;
  readonly #topic: string;
  readonly #groupId: string;
  readonly #bounds: string;
  #last: Slot = 1;

  /** @param options whose `bounds` a snapshot must have been made with: with others there is another past */
  constructor(
    { kafka, admin, topic, groupId, bounds }: {
      kafka: Pick<KafkaClient, "sender" | "read">;
      admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">;
      topic: string;
      groupId: string;
      bounds: Bounds;
    },
  ) {
    this.#kafka = kafka;
    this.#admin = admin;
    this.#topic = topic;
    this.#groupId = groupId;
    this.#bounds = `${bounds.entities}/${bounds.payments}`;
  }

  /**
   * Writes a snapshot part by part; its history must not change meanwhile.
   *
   * @throws {TransientError} if Kafka does not take it
   */
  async write(snapshot: Snapshot): Promise<void> {
    const slot: Slot = this.#last === 0 ? 1 : 0;
    const sender = this.#kafka.sender();
    try {
      let part = 0;
      let chunk: Uint8Array | undefined;
      const send = async (value: Uint8Array, isLast: boolean) => {
        const { slice } = snapshot.cut;
        const about = { slice, part: part++, isLast };
        await sender.send([this.#record(slot, value, about)]);
      };
      for (const next of chunksOf(snapshot)) {
        if (chunk !== undefined) await send(chunk, false);
        chunk = next;
      }
      if (chunk !== undefined) await send(chunk, true);
      this.#last = slot;
    } finally {
      await sender.close();
    }
  }

  /**
   * The newest whole snapshot that is behind nobody.
   *
   * @param positions by partition, from where on records are still to be answered
   * @returns undefined if there is none
   * @throws {TransientError} if Kafka does not answer
   */
  async newest(
    positions: ReadonlyMap<number, number>,
  ): Promise<Snapshot | undefined> {
    const whole = wholeOnes(await this.#read());
    const [newest] = whole;
    if (newest !== undefined) this.#last = newest.slot;
    const usable = whole.find(({ chunks: [first] }) =>
      first !== undefined &&
      cutIn(first).lanes.every(([partition, { offset }]) =>
        offset <= (positions.get(partition) ?? 0)
      )
    );
    return usable && snapshotOf(usable.chunks);
  }

  #record(
    slot: Slot,
    value: Uint8Array,
    about: Pick<Part, "slice" | "part" | "isLast">,
  ) {
    const whole: Part = {
      version: SNAPSHOT_VERSION,
      bounds: this.#bounds,
      ...about,
    };
    return {
      topic: this.#topic,
      key: Buffer.from(`${this.#groupId}/${slot}/${about.part}`),
      value: Buffer.from(value),
      headers: [header(headers.snapshot, JSON.stringify(whole))],
    };
  }

  /** The last of each part that is there, by its key. */
  async #read(): Promise<ReadonlyMap<Slot, ReadonlyMap<number, Stored>>> {
    const parts = new Map(
      slots.map((slot) => [slot, new Map<number, Stored>()]),
    );
    const starts = await this.#admin.startOffsets(this.#topic);
    const ends = await this.#admin.endOffsets(this.#topic);
    const ranges = [...ends].map(([partition, to]) => ({
      partition,
      from: starts.get(partition) ?? 0,
      to,
    }));
    for await (
      const { records } of this.#kafka.read({ topic: this.#topic, ranges })
    ) {
      for (const record of records) this.#note(record, parts);
    }
    return parts;
  }

  #note(
    { key, value, headers: all }: ReceivedRecord,
    parts: ReadonlyMap<Slot, Map<number, Stored>>,
  ): void {
    const text = key?.toString() ?? "";
    if (value === null || !text.startsWith(`${this.#groupId}/`)) return;
    const slot = slots.find((one) =>
      text.startsWith(`${this.#groupId}/${one}/`)
    );
    const about = partIn(headerText(all, headers.snapshot));
    if (slot === undefined || about === undefined) return;
    if (about.version !== SNAPSHOT_VERSION || about.bounds !== this.#bounds) {
      return;
    }
    parts.get(slot)?.set(about.part, { ...about, value });
  }
}

function partIn(text: string | undefined): Part | undefined {
  if (text === undefined) return undefined;
  try {
    return Part.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // somebody else's
  }
}

/** Those of which no part is missing, the newest first. */
function wholeOnes(
  parts: ReadonlyMap<Slot, ReadonlyMap<number, Stored>>,
): readonly Found[] {
  const found: Found[] = [];
  for (const [slot, stored] of parts) {
    const slice = stored.get(0)?.slice;
    const chunks: Uint8Array[] = [];
    for (let part = 0;; part++) {
      const one = stored.get(part);
      if (slice === undefined || one?.slice !== slice) break;
      chunks.push(one.value);
      if (!one.isLast) continue;
      found.push({ slot, slice, chunks });
      break;
    }
  }
  return found.sort((one, other) => other.slice - one.slice);
}
