import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { DeniedError } from "#runtime/errors.ts";
import { onceMoreAnew } from "./refused_login.ts";

/** A connection whose logins end so, one after the other; what was done to it. */
async function loggingIn(
  outcomes: readonly (Error | undefined)[],
  { wasLoggedIn = true, mechanism = "oauthbearer", isClosed = false } = {},
) {
  const done: string[] = [];
  const socket = new Socket();
  socket.on("end", () => done.push("hears that socket's end"));
  const connection = {
    authenticatedAt: wasLoggedIn ? [1, 0] : null,
    sasl: { mechanism },
    socket,
    connect: () => Promise.resolve(done.push("connect")),
    disconnect: () => Promise.resolve(done.push("disconnect")),
  };
  const left = [...outcomes];
  const authenticate = onceMoreAnew(() => {
    done.push("login");
    const outcome = left.shift();
    // By the broker, and another request opens the next one.
    if (isClosed) connection.socket = new Socket();
    return outcome ? Promise.reject(outcome) : Promise.resolve();
  });
  const error = await authenticate.call({
    connection,
    authenticate: () => Promise.resolve(),
  }).then(() => undefined, (error) => error);
  socket.emit("end");
  return { done, error };
}

const refusal = new DeniedError("Cannot change principals");
const anew = ["login", "disconnect", "connect", "login"];

test("a login that is refused on a connection in use is tried over a new one, and nobody is told", async () => {
  const { done, error } = await loggingIn([refusal]);
  assert.equal(error, undefined);
  assert.deepEqual(done, anew);
});

test("what is refused over a new connection too is told, and not tried without end", async () => {
  const again = new DeniedError("again");
  const { done, error } = await loggingIn([refusal, again]);
  assert.equal(error, again);
  assert.deepEqual(done, anew);
});

test("a token that is refused at the first login is signed anew, and a password is not sent twice", async () => {
  const first = { wasLoggedIn: false };
  assert.deepEqual((await loggingIn([refusal], first)).done, anew);
  const password = { ...first, mechanism: "plain" };
  const { done, error } = await loggingIn([refusal], password);
  assert.equal(error, refusal);
  assert.equal(done.filter((one) => one === "login").length, 1);
});

test("a login that is not answered leaves the connection to what is under way on it", async () => {
  const late = Object.assign(new Error("Request timed out"), {
    name: "KafkaJSRequestTimeoutError",
  });
  const { done, error } = await loggingIn([late]);
  assert.equal(error, late);
  assert.deepEqual(done, ["login", "hears that socket's end"]);
});

test("a connection that another request opens anew already is left to it", async () => {
  const { done, error } = await loggingIn([refusal], { isClosed: true });
  assert.equal(error, undefined);
  assert.deepEqual(done, [
    "login",
    "connect",
    "login",
    "hears that socket's end",
  ]);
});
