/** What tests say to a server on the wire, byte for byte, and what they hear. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type Heard = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
};

/** A connection of a test. */
export class Wire {
  readonly socket: Socket;
  /** Resolves when the server has ended the connection, whichever way. */
  readonly ended: Promise<void>;
  #heard = "";
  #changed = () => {};
  #isOver = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes) => {
      this.#heard += bytes.toString("latin1");
      this.#changed();
    });
    socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const over = () => {
        this.#isOver = true;
        this.#changed();
        resolve();
      };
      socket.once("end", over);
      socket.once("close", over);
    });
  }

  static async open(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      allowHalfOpen: true,
    });
    const wire = new Wire(socket);
    await once(socket, "connect");
    return wire;
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Says that nothing more will be sent. */
  endSending(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }

  /** The next answer; undefined if the server ends the connection without one. */
  async answer(): Promise<Heard | undefined> {
    while (true) {
      const end = this.#heard.indexOf("\r\n\r\n");
      const head = this.#heard.slice(0, Math.max(0, end));
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (end >= 0 && this.#heard.length >= end + 4 + length) {
        const body = this.#heard.slice(end + 4, end + 4 + length);
        this.#heard = this.#heard.slice(end + 4 + length);
        return { ...parse(head), body };
      }
      if (this.#isOver) return undefined;
      await new Promise<void>((resolve) => this.#changed = resolve);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Sends all, and hears one answer. */
export async function say(url: string, bytes: string): Promise<Heard> {
  using wire = await Wire.open(url);
  wire.send(bytes);
  const answer = await wire.answer();
  if (answer === undefined) throw new Error("The server gave no answer");
  return answer;
}

function parse(head: string): Pick<Heard, "status" | "headers"> {
  const [line = "", ...lines] = head.split("\r\n");
  const headers = new Headers();
  for (const one of lines) {
    const colon = one.indexOf(":");
    headers.append(one.slice(0, colon), one.slice(colon + 1));
  }
  return { status: Number(line.split(" ")[1]), headers };
}
