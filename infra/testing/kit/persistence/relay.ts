import net from "node:net";

/** A TCP relay in front of a server, to take the server away from its clients and give it back. */
export type Relay = AsyncDisposable & {
  readonly port: number;
  /** Breaks all connections and refuses new ones, as a server does that is down. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /** Passes nothing on and closes nothing, as a server does that hangs. */
  hang(): void;
  /** New connections work again; what was lost on the old ones stays lost. */
  wakeUp(): void;
  /** How many connections clients hold open. */
  readonly connections: number;
};

export async function relayTo(
  target: { host: string; port: number },
): Promise<Relay> {
  const sockets = new Set<net.Socket>();
  let hanging = false;
  let clients = 0;

  const server = net.createServer((client) => {
    const upstream = net.connect(target);
    clients++;
    client.once("close", () => clients--);
    for (
      const [from, to] of [[client, upstream], [upstream, client]] as const
    ) {
      sockets.add(from);
      from.on("data", (bytes) => hanging || to.write(bytes));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        if (!hanging) to.destroy();
      });
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });

  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The relay has no port");
  }
  const { port } = address;
  return {
    port,
    goDown: close,
    comeBack: () => listen(port),
    hang: () => void (hanging = true),
    wakeUp: () => void (hanging = false),
    get connections() {
      return clients;
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await close();
    },
  };
}
