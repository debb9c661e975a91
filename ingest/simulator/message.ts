/** What is to be delivered. */
export type Message = {
  readonly body: Uint8Array<ArrayBuffer>;
  /** What its sender says in headers, other than the proof. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** What is posted: the message with the proof of who sent it. */
export type Signed = {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
};

/** Where messages go, and how each attempt is signed. */
export type Webhook = {
  readonly url: string;
  /** @param nowMs milliseconds since the epoch */
  sign(message: Message, nowMs: number): Signed;
};
