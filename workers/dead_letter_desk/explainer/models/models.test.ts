import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import type {
  ConverseCommandInput,
  ConverseCommandOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { askModel } from "../ask_model.ts";
import type { Cluster } from "../cluster.ts";
import { complete, fakeModel } from "../evaluation/fake_models.ts";
import { AnswerRefused, ExplainerUnavailable } from "../explanation.ts";
import { newBreaker } from "../open_explainer.ts";
import { Bedrock } from "./bedrock.ts";
import { OpenAiCompatible } from "./openai_compatible.ts";

const cluster: Cluster = {
  kind: "refused",
  provider: "stripe",
  cause: "stale",
  detail: [],
};

const answer = {
  cause: "It came late.",
  confidence: 0.5,
  patch: [
    { op: "test", path: "/a", value: null, from: null },
    { op: "remove", path: "/a", value: null, from: null },
    { op: "copy", path: "/b", value: null, from: "/B" },
  ],
};

/** As RFC 6902 has them. */
const patch = [
  { op: "test", path: "/a", value: null },
  { op: "remove", path: "/a" },
  { op: "copy", path: "/b", from: "/B" },
];

const Request = z.looseObject({
  model: z.string(),
  max_tokens: z.int(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.looseObject({ type: z.literal("json_schema") }),
  tools: z.undefined().optional(),
});

test("an endpoint of chat completions is asked for one answer of a schema, without tools", async () => {
  const bodies: string[] = [];
  const model = await fakeModel((body, response) => {
    bodies.push(body);
    complete(response, JSON.stringify(answer));
  });
  try {
    const explainer = new OpenAiCompatible({
      url: model.url,
      model: "m",
      key: "k",
    });
    const explanation = await explainer.explain(
      cluster,
      new AbortController().signal,
    );
    assert.deepEqual(explanation, {
      ...answer,
      patch,
      usage: { tokensIn: 900, tokensOut: 120 },
    });
    const asked = Request.parse(JSON.parse(bodies[0] ?? ""));
    assert.deepEqual(asked.messages.map(({ role }) => role), [
      "system",
      "user",
    ]);
  } finally {
    await model.close();
  }
});

test("what an endpoint says that a call took counts only if a call can take it", async () => {
  let usage: unknown;
  const model = await fakeModel((_, response) =>
    void response.end(JSON.stringify({
      choices: [{ message: { content: JSON.stringify(answer) } }],
      usage,
    }))
  );
  const explainer = new OpenAiCompatible({
    url: model.url,
    model: "m",
    key: undefined,
  });
  try {
    for (
      const [tokensIn, tokensOut] of [
        [0, 0],
        [-5, 1],
        [1.5, 1],
        [Number.MAX_SAFE_INTEGER, 1],
        [1e300, 1],
        ["9", 1],
      ]
    ) {
      usage = { prompt_tokens: tokensIn, completion_tokens: tokensOut };
      const its = await explainer.explain(cluster, AbortSignal.timeout(10_000));
      assert.equal(its.usage, undefined, `${tokensIn}`);
    }
  } finally {
    await model.close();
  }
});

test("an endpoint that sends elsewhere is not followed, and its address is in no message", async () => {
  let asked = 0;
  const model = await fakeModel((_, response) => {
    asked++;
    response.statusCode = 307;
    response.setHeader("Location", `${model.url}?again`);
    response.end();
  });
  try {
    const told = await askModel(
      {
        explainer: new OpenAiCompatible({
          url: `${model.url}?token=made-up`,
          model: "m",
          key: "k",
        }),
        breaker: newBreaker(),
        timeoutMs: 10_000,
      },
      cluster,
      [],
    );
    assert.equal(asked, 1);
    assert.equal(told.outcome, "unavailable");
    assert.match("why" in told ? told.why : "", /status 307/);
    assert.doesNotMatch(JSON.stringify(told), /made-up/);
  } finally {
    await model.close();
  }
});

test("a model that hangs, though it has begun to answer, is left in time", async () => {
  const model = await fakeModel((_, response) => void response.write("{"));
  try {
    const explainer = new OpenAiCompatible({
      url: model.url,
      model: "m",
      key: undefined,
    });
    const asked = await askModel(
      { explainer, breaker: newBreaker(), timeoutMs: 100 },
      cluster,
      [],
    );
    assert.equal(asked.outcome, "unavailable");
    assert.match("why" in asked ? asked.why : "", /in time/);
  } finally {
    await model.close();
  }
});

test("a client that does not heed its signal is not waited for", async () => {
  const explainer = {
    name: "bedrock" as const,
    model: "m",
    explain: () => new Promise<never>(() => {}),
  };
  const asked = await askModel(
    { explainer, breaker: newBreaker(), timeoutMs: 100 },
    cluster,
    [],
  );
  assert.equal(asked.outcome, "unavailable");
});

/** What Bedrock answers, with as much of it as is read. */
const output = (
  its: Partial<ConverseCommandOutput>,
): ConverseCommandOutput => ({
  $metadata: {},
  stopReason: "tool_use",
  usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  metrics: { latencyMs: 1 },
  output: {
    message: {
      role: "assistant",
      content: [{
        toolUse: { toolUseId: "1", name: "explain_cluster", input: answer },
      }],
    },
  },
  ...its,
});

const options = {
  model: "m",
  region: "eu-central-1",
  guardrail: "gr1",
  guardrailVersion: "3",
};

test("Bedrock is asked by Converse, with the schema as a tool that it must call, behind the guardrail", async () => {
  const inputs: ConverseCommandInput[] = [];
  const bedrock = new Bedrock(options, (input) => {
    inputs.push(input);
    return Promise.resolve(output({}));
  });
  const explanation = await bedrock.explain(
    cluster,
    new AbortController().signal,
  );
  assert.deepEqual(explanation, {
    ...answer,
    patch,
    usage: { tokensIn: 10, tokensOut: 5 },
  });
  const [input] = inputs;
  assert.deepEqual(input?.guardrailConfig, {
    guardrailIdentifier: "gr1",
    guardrailVersion: "3",
  });
  assert.deepEqual(input?.toolConfig?.toolChoice, {
    tool: { name: "explain_cluster" },
  });
  assert.equal(input?.toolConfig?.tools?.length, 1);
});

test("what is no call of that tool is no answer", async () => {
  const content = [
    [{ text: "Hello" }],
    [{ toolUse: { toolUseId: "1", name: "replay_all", input: answer } }],
    [
      { toolUse: { toolUseId: "1", name: "explain_cluster", input: answer } },
      { toolUse: { toolUseId: "2", name: "explain_cluster", input: answer } },
    ],
    [{
      toolUse: { toolUseId: "1", name: "explain_cluster", input: { cause: 1 } },
    }],
  ];
  const outputs = [
    ...content.map((its) =>
      output({ output: { message: { role: "assistant", content: its } } })
    ),
    output({ stopReason: "guardrail_intervened" }),
  ];
  for (const one of outputs) {
    const bedrock = new Bedrock(options, () => Promise.resolve(one));
    await assert.rejects(
      bedrock.explain(cluster, new AbortController().signal),
      AnswerRefused,
    );
  }
});

test("the SDK itself takes what is sent, and says in time that nobody is there", async () => {
  const bedrock = new Bedrock({ ...options, guardrail: undefined });
  await assert.rejects(
    bedrock.explain(cluster, AbortSignal.abort()),
    ExplainerUnavailable,
  );
});
