/// <reference path="./connection.d.ts" />
import authenticator from "kafkajs/src/broker/saslAuthenticator/index.js";
import type { Authenticator } from "kafkajs/src/broker/saslAuthenticator/index.js";
import type { Connection } from "kafkajs/src/network/connection.js";
import type { Socket } from "node:net";
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
    const { socket } = connection;
    const wasLoggedIn = connection.authenticatedAt !== null;
    try {
      await authenticate.call(this);
    } catch (error) {
      // Of a token that was kept; a password is no other the next time.
      const isToken = connection.sasl.mechanism === "oauthbearer" &&
        error instanceof DeniedError;
      if (!wasLoggedIn && !isToken) throw error;
      // Nobody refused it, and what was sent before may yet be answered: a broker that has a member wait in a join is silent for long.
      if (isUnanswered(error)) throw error;
      await connectAnew(connection, socket);
      await authenticate.call(this);
    }
  };
}

async function connectAnew(
  connection: Connection,
  refused: Socket,
): Promise<void> {
  // The broker may have closed it already, and another request have begun to open the next one.
  if (connection.socket === refused) {
    // Its end would be taken for that of the connection that comes next.
    refused.removeAllListeners();
    refused.on("error", () => {});
    await connection.disconnect();
    refused.destroy();
  }
  await connection.connect();
}

function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.name === "KafkaJSRequestTimeoutError";
}
