/// <reference path="./connection.d.ts" />
import authenticator from "kafkajs/src/broker/saslAuthenticator/index.js";
import type {
  Authenticator,
  Connection,
} from "kafkajs/src/broker/saslAuthenticator/index.js";
import { DeniedError } from "#runtime/errors.ts";

const patchedAuthenticate = onceMoreAnew(authenticator.prototype.authenticate);

/**
 * Patches what becomes of a connection whose next login is refused. A broker refuses it if it makes another principal
 * of it (a role's session that has another name now), if the credentials behind a token have ended meanwhile, or
 * if a session is too short; and then it closes the connection. kafkajs fails the request that happened to be
 * the first one then, and with it a producer: the intake would answer 503, once in each such session. All of that is over with a new
 * connection and a new token, and no request is lost between: a broker answers a connection's requests one after the
 * other, so that none is under way when it refuses a login.
 *
 * Safe to call more than once.
 */
export function patchRefusedLogins(): void {
  authenticator.prototype.authenticate = patchedAuthenticate;
}

/** A login that is tried once more over a new connection, if another outcome may be hoped for. */
export function onceMoreAnew(
  authenticate: () => Promise<void>,
): (this: Authenticator) => Promise<void> {
  return async function () {
    const { connection } = this;
    const wasLoggedIn = connection.authenticatedAt !== null;
    try {
      await authenticate.call(this);
    } catch (error) {
      // Of a token that was kept; a password is no other the next time.
      const isToken = connection.sasl.mechanism === "oauthbearer" &&
        error instanceof DeniedError;
      if (!wasLoggedIn && !isToken) throw error;
      await connectAnew(connection);
      await authenticate.call(this);
    }
  };
}

async function connectAnew(connection: Connection): Promise<void> {
  const { socket } = connection;
  // Its end would be taken for that of the connection that comes next.
  socket.removeAllListeners();
  socket.on("error", () => {});
  await connection.disconnect();
  socket.destroy();
  await connection.connect();
}
