/**
 * Memory that is used again: many connections need it for a moment each, and what waits for the garbage collector is
 * memory all the same.
 */
export class KeptRooms<Room> {
  readonly #make: () => Room;
  readonly #most: number;
  readonly #kept: Room[] = [];

  /** @param most how many are kept that nobody uses; what is more is left to the garbage collector */
  constructor(make: () => Room, most: number) {
    this.#make = make;
    this.#most = most;
  }

  take(): Room {
    return this.#kept.pop() ?? this.#make();
  }

  /** Gives one back that nobody reads or writes any more. */
  give(room: Room): void {
    if (this.#kept.length < this.#most) this.#kept.push(room);
  }
}
