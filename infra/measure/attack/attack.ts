import type { Attacker } from "./attacker.ts";

/** What an attack may use of this machine, all its connections together. */
export type Caps = {
  /** Opened from its beginning to its end. */
  readonly connections: number;
  /** Absent: 2,000, which is what a machine elsewhere opens, and not as fast as loopback takes them. */
  readonly connectionsPerSecond?: number;
  /** Sent. */
  readonly bytes: number;
  /** Absent: as fast as they are taken. */
  readonly bytesPerSecond?: number;
};

/** How an intake differs from what a user starts. */
export type IntakeOptions = {
  /** How many it may have open. */
  readonly openFiles?: number;
  readonly env?: Readonly<Record<string, string>>;
};

/** Something a stranger without the secret can do to the intake from one host. */
export type Attack = {
  /** Ends the sentence "An attacker …". */
  readonly what: string;
  readonly caps: Caps;
  /** Which of the intake's ports; absent: that of the webhooks. */
  readonly at?: "operations";
  /** Goes on until the attacker's time is up. */
  readonly run: (attacker: Attacker) => Promise<void>;
  /** Takes all of this machine: nobody may be refused, but how long it takes is only printed. */
  readonly isAtFullRate?: true;
  /** If a shorter one shows nothing. */
  readonly leastSeconds?: number;
  /** The intake is started anew for this attack, in this way. */
  readonly intake?: IntakeOptions;
  /** The broker hangs meanwhile: no webhook can be accepted, and each must be told so. */
  readonly kafkaHangs?: true;
};
