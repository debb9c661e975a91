import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { explainerOf } from "./open_explainer.ts";
import { rules } from "./rules/rules.ts";
import { explainerRelations, explainerSettings } from "./settings.ts";

const read = (env: Record<string, string>) =>
  readConfig("desk", explainerSettings, env, explainerRelations);

const model = {
  EVENTFLOW_EXPLAINER: "openai-compatible",
  EVENTFLOW_EXPLAINER_MODEL: "m",
  EVENTFLOW_EXPLAINER_URL: "http://models.example/v1/chat/completions",
};

test("with nothing set up the rules explain, and nobody is asked", () => {
  assert.equal(explainerOf(read({})), rules);
});

test("a model needs its name, an endpoint its address, and a key a way that nobody reads along", () => {
  const { EVENTFLOW_EXPLAINER_MODEL: _, ...nameless } = model;
  assert.throws(() => read(nameless), /_MODEL must be set/);
  const { EVENTFLOW_EXPLAINER_URL: __, ...homeless } = model;
  assert.throws(() => read(homeless), /_URL must be set/);
  const withKey = { ...model, EVENTFLOW_EXPLAINER_KEY: "made-up" };
  assert.throws(() => read(withKey), /must be https/);
  for (
    const its of [
      model,
      { ...withKey, EVENTFLOW_EXPLAINER_URL: "https://models.example/v1" },
      { ...withKey, EVENTFLOW_EXPLAINER_URL: "http://127.0.0.1:9/v1" },
    ]
  ) assert.equal(explainerOf(read(its)).model, "m");
});

test("what no header can have is no key, and an address has no login in it; neither is shown", () => {
  const https = {
    ...model,
    EVENTFLOW_EXPLAINER_URL: "https://models.example/v1",
  };
  for (const key of ["made up", "g\u00e9heim"]) {
    assert.throws(
      () => read({ ...https, EVENTFLOW_EXPLAINER_KEY: key }),
      (error: Error) =>
        /_KEY must be printable ASCII/.test(error.message) &&
        !error.message.includes(key),
    );
  }
  const url = "https://me:made-up@models.example/v1";
  assert.throws(
    () => read({ ...model, EVENTFLOW_EXPLAINER_URL: url }),
    (error: Error) =>
      /no user and password/.test(error.message) &&
      !error.message.includes("made-up"),
  );
});
