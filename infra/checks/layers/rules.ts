/**
 * Who may import whom, as rules of dependency-cruiser.
 *
 * @module
 */
import type { IForbiddenRuleType } from "dependency-cruiser";

const runtimes = [
  "contracts",
  "infra/runtime",
  "infra/kafka",
  "infra/consumer",
];

/**
 * Each room, and the rooms that its code may import beside itself. What runs in production comes first: none of it imports
 * what is for a developer's machine, for tests or for measurements.
 */
const production: Readonly<Record<string, readonly string[]>> = {
  "contracts": [],
  "infra/runtime": ["contracts"],
  "infra/kafka": ["contracts", "infra/runtime"],
  "infra/consumer": ["contracts", "infra/runtime", "infra/kafka"],
  // Signatures are proven again by the code that proved them at the door, and webhooks mapped again by the code that mapped them,
  // or a proof would say little. A model is judged and trained on the features that the worker makes, scored as it scores.
  "infra/operations": [
    "contracts",
    "infra/runtime",
    "infra/kafka",
    "ingest/intake/providers",
    "workers/validator",
    "workers/enrichment/history",
    "workers/enrichment/features",
    "workers/enrichment/risk",
    // Past facts are judged by the detector that judges those of today.
    "workers/sentinel",
    "ingest/provider_accounts",
  ],
  "infra/deploy/images": ["contracts", "infra/runtime"],
  "ingest": ["contracts", "infra/runtime", "infra/kafka"],
  "workers": runtimes,
};

const development: Readonly<Record<string, readonly string[]>> = {
  "infra/processes": ["infra/runtime"],
  "infra/local": [
    ...runtimes,
    "infra/operations",
    "infra/deploy",
    "infra/processes",
    // Whoever starts the whole pipeline makes up accounts for it.
    "ingest/provider_accounts",
  ],
  // What runs, for whoever deploys it.
  "infra/deploy/parts": [
    "contracts",
    "infra/runtime",
    "infra/local",
    "infra/monitoring",
  ],
  // Rights in the cloud are made from those in Kafka.
  "infra/deploy/aws": [
    ...runtimes,
    "infra/deploy/parts",
    "infra/local",
    "infra/checks",
  ],
  // Manifests are made here and applied elsewhere: of everything that says what runs, and with which rights.
  "infra/deploy/kubernetes": [
    ...runtimes,
    "infra/deploy/parts",
    "infra/operations",
    "infra/local",
    "infra/monitoring",
    "infra/checks",
  ],
  "infra/scaffold": [
    "contracts",
    "infra/runtime",
    "infra/local",
    "infra/checks",
    "infra/monitoring",
  ],
};

/** A service is a folder of its own. */
const SERVICE = "(ingest/(?:intake|simulator)|workers/[^/]+)/";

const TEST = "[.]test[.]ts$";
const OURS = "^(contracts|ingest|workers|infra)/";
const PRODUCTION = anyOf(Object.keys(production));

/** Each rule's name is the sentence that whoever breaks it is told. */
export const forbidden: readonly IForbiddenRuleType[] = [
  ...Object.entries({ ...production, ...development })
    .map(([room, others]): IForbiddenRuleType => ({
      name: `${room} imports ${listed([...others, "itself"])}`,
      from: { path: anyOf([room]), pathNot: TEST },
      to: { path: OURS, pathNot: anyOf([room, ...others]) },
    })),
  {
    name:
      "tests beside production code import that and what tests are made with",
    from: { path: `${PRODUCTION}.*${TEST}` },
    to: {
      path: OURS,
      pathNot: [PRODUCTION, "^infra/(testing/kit|processes|local|checks)/"],
    },
  },
  {
    name: "no service imports another",
    from: { path: `^${SERVICE}`, pathNot: TEST },
    to: { path: `^${SERVICE}`, pathNot: "^$1/" },
  },
  {
    name: "contracts import zod and no other package",
    from: { path: "^contracts/", pathNot: TEST },
    to: { pathNot: [OURS, "(^|/)node_modules/zod/"] },
  },
  {
    name:
      "kafkajs is imported in infra/kafka/kafkajs, and where tests are helped",
    from: { pathNot: "^infra/(kafka/kafkajs|testing/kit/kafka/kafkajs)/" },
    to: { path: "(^|/)node_modules/kafkajs/" },
  },
  {
    name: "what runs on Deno and on Bun imports nothing of Bun's own",
    from: { path: anyOf(runtimes) },
    to: { path: "^bun(:|$)|(^|/)node_modules/bun/" },
  },
  {
    name:
      "what is imported is a file, a package of package.json or a node: builtin",
    // Of what runs on AWS's CDK the packages are installed apart.
    from: { path: OURS, pathNot: "^infra/deploy/aws/stack/" },
    to: { couldNotResolve: true },
  },
  {
    name: "nobody imports a scenario",
    from: {},
    to: { path: "^infra/scenarios/" },
  },
];

function anyOf(rooms: readonly string[]): string {
  return `^(?:${rooms.join("|")})/`;
}

/** `a, b and c` */
function listed(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " and $1");
}
