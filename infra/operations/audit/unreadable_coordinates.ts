import type { TopicId } from "#contracts/topics.ts";
import type { ReadBatch } from "#kafka/port.ts";

/** From where on partitions cannot be read, and what is to be said of it. Nothing that lies there is known. */
export class UnreadableCoordinates {
  readonly #coordinates = new Map<
    string,
    { offset: number; sentence: string }
  >();

  /** Takes note of a batch behind which nothing can be read. */
  note(topic: TopicId, { partition, nextOffset, unreadable }: ReadBatch): void {
    if (unreadable === undefined) return;
    const sentence = unreadable.message;
    this.#coordinates.set(`${topic}/${partition}`, {
      offset: nextOffset,
      sentence,
    });
  }

  get sentences(): string[] {
    return [...this.#coordinates.values()].map(({ sentence }) => sentence);
  }

  /** Whether any partition of a topic cannot be read to its end. */
  isIn(topic: TopicId): boolean {
    return [...this.#coordinates.keys()].some((coordinates) =>
      coordinates.startsWith(`${topic}/`)
    );
  }

  /** Whether a record at these coordinates could not be read. */
  has(topic: TopicId, { partition, offset }: Coordinates): boolean {
    const from = this.#coordinates.get(`${topic}/${partition}`)?.offset;
    return from !== undefined && offset >= from;
  }
}

type Coordinates = { readonly partition: number; readonly offset: number };
