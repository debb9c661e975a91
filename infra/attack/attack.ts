import type { Assault } from "./assault.ts";

/** What an attack may use of this machine, all its connections together. */
export type Caps = {
  /** Opened from its beginning to its end. */
  readonly connections: number;
  /** Sent. */
  readonly bytes: number;
  /** Absent: as fast as they are taken. */
  readonly bytesPerSecond?: number;
};

/** Something a stranger without the secret can do to the intake from one host. */
export type Attack = {
  /** Ends the sentence "An attacker …". */
  readonly what: string;
  readonly caps: Caps;
  /** Goes on until the assault's time is up. */
  readonly run: (assault: Assault) => Promise<void>;
  /** Where a shorter one shows nothing. */
  readonly leastSeconds?: number;
  /** Files the intake may have open; it is started for this attack alone. Absent: as many as the machine has it. */
  readonly openFiles?: number;
  /** The broker hangs meanwhile: no webhook can be accepted, and each must be told so. */
  readonly kafkaHangs?: true;
};
