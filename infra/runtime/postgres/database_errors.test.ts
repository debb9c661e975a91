import assert from "node:assert/strict";
import { test } from "node:test";
import postgres from "postgres";
import {
  FatalError,
  fateOf,
  PoisonError,
  TransientError,
} from "#runtime/errors.ts";
import { databaseError } from "./database_errors.ts";

const address = {
  host: "db.internal",
  port: 5432,
  user: "writer",
  password: "hunter2",
  database: "events",
  sslMode: "disable",
} as const;

const ofState = (code: string, more: object = { constraint_name: "a_check" }) =>
  databaseError(
    Object.assign(new postgres.PostgresError("as the server put it"), {
      code,
      ...more,
    }),
    address,
  );

test("a row whose partition was made meanwhile is tried again: no check of the table has refused it", () => {
  assert.equal(fateOf(ofState("23514", {})), "retry");
});

const states = {
  retry: {
    "08006": "connection failure",
    "08P01": "protocol violation",
    "0A000": "cached plan must not change result type",
    "25006": "read-only, in a failover",
    "26000": "prepared statement lost behind a pooler",
    "40001": "serialization failure",
    "40P01": "deadlock",
    "53100": "disk full",
    "53200": "out of memory",
    "53300": "too many connections",
    "55P03": "lock not available",
    "57014": "statement timeout",
    "57P01": "shut down by an administrator",
    "57P02": "crash of another backend",
    "57P03": "starting up",
    "58030": "I/O error",
    "XX000": "internal error",
    "P0001": "raised by somebody's trigger",
  },
  "dead-letter": {
    "22003": "number out of range",
    "22008": "no such time",
    "22009": "no such offset",
    "22P02": "lone surrogate",
    "22P05": "zero character",
    "23514": "check violated",
    "54000": "index row too large",
    "54001": "nested too deep",
  },
  stop: {
    "22023": "a setting the server refuses",
    "23502": "a column that must be filled",
    "28000": "no entry in pg_hba.conf",
    "28P01": "wrong password",
    "3D000": "no such database",
    "3F000": "no such schema",
    "42501": "a right is missing",
    "42703": "no such column",
    "42P01": "no such table",
  },
} as const;

for (const [fate, ofFate] of Object.entries(states)) {
  for (const [state, meaning] of Object.entries(ofFate)) {
    test(`SQLSTATE ${state} (${meaning}) has the fate ${fate}`, () => {
      assert.equal(fateOf(ofState(state)), fate);
    });
  }
}

for (
  const error of [
    Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
    Object.assign(new Error("write CONNECT_TIMEOUT"), {
      code: "CONNECT_TIMEOUT",
    }),
    new TypeError("undefined is not an object"),
    "no error at all",
  ]
) {
  test(`what carries no SQLSTATE blames no record: ${error}`, () => {
    const named = databaseError(error, address);
    assert.ok(named instanceof TransientError);
    assert.equal(named.cause, error);
  });
}

test("an error that has its name already keeps it", () => {
  const error = new TransientError("away");
  assert.equal(databaseError(error, address), error);
});

test("a value the database cannot hold is poison with the code not_storable and the state", () => {
  const error = ofState("22P05");
  assert.ok(error instanceof PoisonError);
  assert.equal(error.rejection.code, "not_storable");
  assert.match(error.rejection.message, /22P05/);
});

test("an error that needs a person names the database, and not the password", () => {
  const error = ofState("28P01");
  assert.ok(error instanceof FatalError);
  assert.match(error.message, /events at db\.internal:5432/);
  assert.doesNotMatch(error.message, /hunter2/);
});
