/** The part of kafkajs 2.2's connections into which `refused_login.ts` reaches. */
declare module "kafkajs/src/broker/saslAuthenticator/index.js" {
  import type { Socket } from "node:net";
  export type Connection = {
    /** When it has logged in last; null before that, and once it is closed. */
    readonly authenticatedAt: unknown;
    readonly sasl: { readonly mechanism: string };
    readonly socket: Socket;
    connect(): Promise<unknown>;
    disconnect(): Promise<unknown>;
  };
  export type Authenticator = {
    readonly connection: Connection;
    authenticate(): Promise<void>;
  };
  const authenticator: { prototype: Authenticator };
  export default authenticator;
}
