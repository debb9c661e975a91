/** The part of kafkajs 2.2's connections into which `refused_login.ts` and `one_socket.ts` reach. */
declare module "kafkajs/src/network/connection.js" {
  import type { Socket } from "node:net";
  import type { ISocketFactory } from "kafkajs";
  export type Connection = {
    /** When it has logged in last; null before that, and once it is closed. */
    authenticatedAt: unknown;
    readonly sasl: { readonly mechanism: string };
    readonly socket: Socket;
    connect(): Promise<unknown>;
    disconnect(): Promise<unknown>;
  };
  type Log = Record<"debug" | "error" | "info" | "warn", () => void>;
  const connection: {
    new (options: {
      readonly host: string;
      readonly port: number;
      readonly logger: Log & { namespace(): Log };
      readonly socketFactory: ISocketFactory;
      readonly sasl: { readonly mechanism: string };
      readonly requestTimeout: number;
      readonly connectionTimeout: number;
    }): Connection;
    prototype: Connection;
  };
  export default connection;
}

declare module "kafkajs/src/broker/saslAuthenticator/index.js" {
  import type { Connection } from "kafkajs/src/network/connection.js";
  export type Authenticator = {
    readonly connection: Connection;
    authenticate(): Promise<void>;
  };
  const authenticator: { prototype: Authenticator };
  export default authenticator;
}
