import assert from "node:assert/strict";
import { test } from "node:test";
import * as config from "./config.ts";

const read = (
  settings: config.Settings,
  env: config.Environment,
) => config.readConfig("demo", settings, env);

test("an unset or empty variable takes its default, a set one is parsed", () => {
  const settings = {
    port: config.port("PORT", { fallback: "8000", doc: "" }),
    hosts: config.list("HOSTS", { fallback: "a", doc: "" }),
    rate: config.number("RATE", { fallback: "0.05", max: 1, doc: "" }),
    on: config.flag("ON", { fallback: "false", doc: "" }),
    level: config.choice("LEVEL", {
      fallback: "x",
      values: ["x", "y"],
      doc: "",
    }),
    note: config.optional(config.text("NOTE", { doc: "" })),
  };
  assert.deepEqual({ ...read(settings, { PORT: "" }) }, {
    port: 8000,
    hosts: ["a"],
    rate: 0.05,
    on: false,
    level: "x",
    note: undefined,
  });
  assert.deepEqual(
    {
      ...read(settings, {
        PORT: "0",
        HOSTS: " b , c,",
        RATE: "1",
        ON: "TRUE",
        LEVEL: "y",
        NOTE: "n",
      }),
    },
    { port: 0, hosts: ["b", "c"], rate: 1, on: true, level: "y", note: "n" },
  );
});

test("every wrong variable is named at once, with its value and what it must be", () => {
  const settings = {
    port: config.port("PORT", { fallback: "8000", doc: "" }),
    on: config.flag("ON", { fallback: "false", doc: "" }),
    needed: config.text("NEEDED", { doc: "what is needed" }),
  };
  assert.throws(() => read(settings, { PORT: "70000", ON: "yes" }), {
    name: "ConfigError",
    message:
      'Cannot start demo: PORT must be a whole number from 0 to 65535, but is "70000"; ' +
      'ON must be true or false, but is "yes"; NEEDED must be set (what is needed).',
  });
});

test("no text that is not a number is taken for one", () => {
  const settings = {
    n: config.number("N", { doc: "" }),
    i: config.integer("I", { doc: "" }),
  };
  for (const text of [" ", "1e3", "0x10", "1_0", "NaN", "Infinity", "1."]) {
    assert.throws(
      () => read(settings, { N: text, I: "1" }),
      config.ConfigError,
    );
    assert.throws(
      () => read(settings, { N: "1", I: text }),
      config.ConfigError,
    );
  }
});

const everyKind = {
  port: config.port("PORT", { doc: "" }),
  hosts: config.list("HOSTS", { doc: "" }),
  rate: config.number("RATE", { doc: "" }),
  on: config.flag("ON", { doc: "" }),
  level: config.choice("LEVEL", { values: ["x", "y"], doc: "" }),
  host: config.host("HOST", { doc: "" }),
  note: config.optional(config.text("NOTE", { doc: "" })),
};
const one = {
  PORT: "1",
  HOSTS: "a,b",
  RATE: "0.5",
  ON: "true",
  LEVEL: "x",
  HOST: "h",
  NOTE: "n o t e",
};

test("blanks around a value are no part of it, whatever kind of setting it is", () => {
  const plain = { ...read(everyKind, one) };
  for (const blank of [" ", "\t", "\n", "\r\n", "\u00a0", "\ufeff"]) {
    const env = Object.fromEntries(
      Object.entries(one).map(([name, text]) => [name, blank + text + blank]),
    );
    assert.deepEqual({ ...read(everyKind, env) }, plain);
  }
});

test("nothing but blanks is refused, whatever kind of setting it is", () => {
  for (const name of Object.keys(one)) {
    assert.throws(() => read(everyKind, { ...one, [name]: " \n" }), {
      message: `Cannot start demo: ${name} must not be blank.`,
    });
  }
});

test("characters that cannot be seen are refused, and made visible", () => {
  const unseen = [
    "\0",
    "\n",
    "\x7f",
    "\u00a0",
    "\u00ad",
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2060",
    "\u2800",
    "\u3000",
    "\u3164",
    "\ufe0f",
    "\ufeff",
    "\ufffd",
    "\u{e0041}",
  ];
  for (const character of unseen) {
    for (const [name, text] of Object.entries(one)) {
      const within = text.slice(0, 1) + character + text;
      assert.throws(
        () => read(everyKind, { ...one, [name]: within }),
        ({ message }: Error) => {
          assert.ok(
            message.includes(
              `${name} must not have control or invisible characters, but is "`,
            ),
          );
          assert.match(message, /^[\x20-\x7e]+$/);
          return true;
        },
      );
    }
  }
});

test("a value that may hold a password is not shown, whichever variable it is in", () => {
  for (const name of ["PORT", "RATE", "ON", "LEVEL", "HOST"]) {
    assert.throws(
      () => read(everyKind, { ...one, [name]: "me:hunter2@host:9092" }),
      (error: Error) =>
        error.message.includes(name) && !error.message.includes("hunt"),
    );
  }
});

test("settings at odds with each other are refused with their values", () => {
  const settings = {
    low: config.integer("LOW", { fallback: "1", doc: "" }),
    high: config.integer("HIGH", { fallback: "2", doc: "" }),
  };
  assert.throws(
    () =>
      config.readConfig("demo", settings, { LOW: "5" }, [
        ({ low, high }) =>
          low < high
            ? undefined
            : `LOW must be < HIGH: current values ${low} and ${high}`,
      ]),
    {
      message: "Cannot start demo: LOW must be < HIGH: current values 5 and 2.",
    },
  );
});
