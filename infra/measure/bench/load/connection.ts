import { Buffer } from "node:buffer";
import net from "node:net";

const END_OF_HEAD = "\r\n\r\n";
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** One connection to an HTTP server that is kept alive: one request at a time, as a provider's client does. */
export class Connection {
  readonly #socket: net.Socket;
  readonly #onAnswer: (connection: Connection, status: number) => void;
  #rest: Buffer | undefined;

  private constructor(
    socket: net.Socket,
    onAnswer: (connection: Connection, status: number) => void,
    onBroken: (error: Error) => void,
  ) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.#read(bytes, onBroken));
    socket.on("error", onBroken);
    socket.on("close", () => onBroken(new Error("The server hung up")));
  }

  /** @param onAnswer told of each answer once all of it is there */
  static open(
    { host, port, onAnswer, onBroken }: {
      host: string;
      port: number;
      onAnswer: (connection: Connection, status: number) => void;
      onBroken: (error: Error) => void;
    },
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host, port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Connection(socket, onAnswer, onBroken));
      });
    });
  }

  /** Sends the bytes of one request. */
  send(request: Uint8Array): void {
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer, onBroken: (error: Error) => void): void {
    const all = this.#rest === undefined
      ? bytes
      : Buffer.concat([this.#rest, bytes]);
    const headLength = all.indexOf(END_OF_HEAD);
    if (headLength < 0) {
      this.#rest = all;
      return;
    }
    const head = all.toString("latin1", 0, headLength);
    const length = LENGTH.exec(head)?.[1];
    if (length === undefined) {
      onBroken(new Error(`An answer does not say its length: ${head}`));
      return;
    }
    if (all.length < headLength + END_OF_HEAD.length + Number(length)) {
      this.#rest = all;
      return;
    }
    this.#rest = undefined;
    this.#onAnswer(this, Number(head.slice(9, 12)));
  }
}
