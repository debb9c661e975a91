import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { topics } from "#contracts/topics.ts";
import { publishedFolder } from "../checks/contracts/published.ts";
import type { NewConsumer } from "./new_consumer.ts";
import type { PlannedFile } from "./plan.ts";
import { Refusal } from "./refusal.ts";

export const otherLanguages = ["python", "java"] as const;
export type OtherLanguage = (typeof otherLanguages)[number];

/** The consumers that `deno task polyglot` holds to what they promise: what is made is one of them, under another name. */
const EXAMPLES = "docs/examples";

type Template = {
  /** The part of the examples' page that says how it is built and run. */
  readonly title: string;
  /** What becomes of each file, by its name. */
  readonly files: Readonly<Record<string, (consumer: NewConsumer) => string>>;
  /** Where it finds the contracts, in the repository and in a folder of its own. */
  readonly contracts: readonly [string, string];
};

const same = (name: string) => () => name;

const templates: Readonly<Record<OtherLanguage, Template>> = {
  python: {
    title: "Python",
    files: {
      "ledger.py": ({ name }) => `${name}.py`,
      "generate.sh": same("generate.sh"),
      "requirements.in": same("requirements.in"),
      "requirements.txt": same("requirements.txt"),
    },
    contracts: ["$here/../../../contracts/published", "$here/contracts"],
  },
  java: {
    title: "Java",
    files: {
      "Ledger.java": (consumer) => `${className(consumer)}.java`,
      "pom.xml": same("pom.xml"),
    },
    contracts: [
      "${project.basedir}/../../../contracts/published",
      "${project.basedir}/contracts",
    ],
  },
};

/** What the examples are generated of. */
const CONTRACTS = /^(?:payment\..*|events\.validated\.v1)\.json$/;

/**
 * The files of a consumer in another language, which needs nothing of this repository.
 *
 * @param root of the repository
 */
export async function planInOtherLanguage(
  language: OtherLanguage,
  consumer: NewConsumer,
  root: string,
): Promise<readonly PlannedFile[]> {
  const { files, title, contracts } = templates[language];
  const folder = join(root, EXAMPLES, language);
  const said = named(consumer);
  const planned = new Map<string, string>();
  for (const [file, nameOf] of Object.entries(files)) {
    const text = await readFile(join(folder, file), "utf8");
    planned.set(nameOf(consumer), said(text.replace(...contracts)));
  }
  const page = await readFile(join(root, EXAMPLES, "README.md"), "utf8");
  planned.set("README.md", readme(consumer, said(commandsIn(page, title))));
  const published = join(root, publishedFolder);
  for (const file of (await readdir(published)).sort()) {
    if (!CONTRACTS.test(file)) continue;
    const text = await readFile(join(published, file), "utf8");
    planned.set(`contracts/${file}`, text);
  }
  return [...planned].map(([path, text]) => ({
    path,
    text,
    before: undefined,
  }));
}

/** Says of a text whose it is: the example is called a ledger throughout. */
function named(consumer: NewConsumer): (text: string) => string {
  const { name, service } = consumer;
  return (text) =>
    text
      // Its group, by which a replay would be for it.
      .replace(/(group", (?:default=)?)"ledger"/, `$1"${service}"`)
      .replaceAll("Ledger", className(consumer))
      .replaceAll("ledger", name);
}

function className({ identifier }: NewConsumer): string {
  return identifier.charAt(0).toUpperCase() + identifier.slice(1);
}

/** @throws {Refusal} if the page does not say it any more */
function commandsIn(page: string, title: string): string {
  const part = page.split(`\n## ${title}\n`)[1];
  const commands = /```text\ncd \S+\n([^]*?)```/.exec(part ?? "")?.[1];
  if (commands === undefined) {
    throw new Refusal(
      `${EXAMPLES}/README.md does not say how a consumer in ${title} is built. Nothing was written.`,
    );
  }
  return commands;
}

function readme({ title, service }: NewConsumer, commands: string): string {
  return `# ${title}

Reads \`${topics.validated.name}\` as the group \`${service}\`. With a pipeline running on this machine (\`deno task up\`):

\`\`\`text
${commands}\`\`\`

\`--bootstrap\` says another Kafka, \`--help\` or the source what else there is. \`take\` is where an event is worked on. \`contracts/\` has the
contracts that its classes are generated of: a released version keeps its bytes, so copy later ones beside them.
`;
}
