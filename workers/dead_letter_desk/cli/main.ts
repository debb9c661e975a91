/**
 * `deno task dlq`: the dead-letter desk at a terminal. With `--json` it prints what scripts rely on; see
 * docs/dead-letter-desk.md.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { endWith, say } from "#runtime/command_line.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { wholeFromOne } from "#runtime/whole_number.ts";
import type { Anomaly } from "#contracts/anomaly.ts";
import type { Explained } from "../explainer/spent.ts";
import type { ActionRow } from "../queries/actions.ts";
import type { CauseRow } from "../queries/causes.ts";
import type { Job } from "../queries/jobs.ts";
import type { LetterView } from "../queries/letter.ts";
import type { LetterPage } from "../queries/letters.ts";
import type { Step } from "../queries/payment.ts";
import type { RejectedRow } from "../queries/rejected.ts";
import type { UnmappedKind } from "../queries/unmapped.ts";
import type { Forecast } from "../jobs/forecast.ts";
import { DeskClient, USAGE } from "./client.ts";
import {
  filterOption,
  refusedOption,
  selected,
  type Selecting,
  unmappedOption,
} from "./filter_option.ts";
import { follow } from "./follow.ts";
import * as print from "./print.ts";
import { clientSettings, hasToken, tokenOf } from "./settings.ts";

/** Some of what was sent has failed again, or was not sent. */
const SOME_FAILED = 1;

/** What was planned waits for another person. */
const WAITS_FOR_APPROVAL = 3;

type Json = { readonly json: boolean };
type Sending = Json & { readonly yes: boolean; readonly wait: boolean };
type UnmappedWords = Readonly<Record<string, string | undefined>>;
type Planning = Selecting & {
  readonly reason?: string;
  readonly rate?: number;
  readonly stopAbove?: number;
  readonly outOfOrder: boolean;
};

/** Of a command that takes webhooks that no mapping knew in place of dead letters. */
const unmappedWords = [
  "--unmapped <provider[/type]>",
  "webhooks that no mapping knew, such as stripe or stripe/charge.updated",
  unmappedOption,
] as const;

const program = new Command("deno task dlq")
  .description("See, understand, try, mend and replay what failed.")
  .showHelpAfterError("(--help says more)");

command("causes", "what failed alike, the largest first")
  .option(
    "--filter <words>",
    "only these: service=… code=… provider=… path=… currency=… state=…",
    filterOption,
  )
  .action(run(async (desk, { filter = {}, json }: Selecting & Json) => {
    tell(
      await desk.get<CauseRow[]>("/causes", filter),
      json,
      print.printCauses,
    );
  }));

selecting(command("list", "dead letters, the latest first"))
  .option("--limit <number>", "so many", wholeFromOne, 50)
  .option("--after <letter>", "those behind this one: partition/offset")
  .action(
    run(
      async (
        desk,
        options: Selecting & Json & { limit: number; after?: string },
      ) => {
        const { limit, after, json } = options;
        const page = await desk.get<LetterPage>("/letters", {
          ...selected(options),
          limit: `${limit}`,
          after,
        });
        tell(page, json, print.printLetters);
      },
    ),
  );

command("show <letter>", "one dead letter: partition/offset")
  .option(
    "--unmask",
    "its body as it is; that you saw it is written down",
    false,
  )
  .action(run(async (desk, options: Json & { unmask: boolean }, letter) => {
    const path = `/letters/${letterIn(letter)}`;
    const view = options.unmask
      ? await desk.post<LetterView>(`${path}/unmask`)
      : await desk.get<LetterView>(path);
    tell(view, options.json, print.printLetter);
  }));

selecting(
  command("dry-run", "what today's code would make of them; nothing is sent"),
)
  .option("--job <job>", "of this job, edited as it says")
  .option(...unmappedWords)
  .option("--account <name>", "of this account at the provider alone")
  .action(
    run(
      async (
        desk,
        options: Selecting & Json & {
          job?: string;
          unmapped?: UnmappedWords;
          account?: string;
        },
      ) => {
        const { job, unmapped, account, json } = options;
        const forecast = unmapped !== undefined
          ? await desk.post<Forecast>("/unmapped/dry-run", {
            filter: { ...unmapped, account },
          })
          : job === undefined
          ? await desk.post<Forecast>("/dry-run", { filter: selected(options) })
          : await desk.post<Forecast>(`/jobs/${job}/dry-run`);
        tell(forecast, json, print.printForecast);
      },
    ),
  );

planning(
  command(
    "edit",
    "plan a replay of edited records; dry-run and replay it by its job",
  ),
)
  .requiredOption(
    "--patch <file>",
    "a JSON Patch (RFC 6902) that is applied to each body",
  )
  .action(run(async (desk, options: Planning & Json & { patch: string }) => {
    const patch = await patchIn(options.patch);
    const job = await desk.post<Job>("/jobs", {
      ...planOf(options),
      edit: { patch },
    });
    tell(job, options.json, print.printPlan);
  }));

planning(
  sending(
    command(
      "replay",
      "send dead letters again, facts of a topic, or webhooks that have a mapping now",
    ),
  ),
)
  .option("--job <job>", "what this job has planned")
  .option("--from <topic>", "facts of this topic in place of dead letters")
  .option("--since <time>", "facts from this time on (RFC 3339)")
  .option("--until <time>", "facts before this time; by itself now")
  .option("--provider <name>", "facts of this provider alone")
  .option("--for <service>", "the service that facts are for")
  .option(...unmappedWords)
  .option("--account <name>", "unmapped webhooks of this account alone")
  .action(run(replay));

command("jobs [job]", "what was planned and sent, and what came of it")
  .action(run(async (desk, { json }: Json, job) => {
    if (job === undefined) {
      tell(await desk.get<Job[]>("/jobs"), json, print.printJobs);
    } else tell(await desk.get<Job>(`/jobs/${job}`), json, print.printJob);
  }));

command("approve <job>", "let another person's plan run")
  .option(
    "--plan <sha256>",
    "the hash of the plan that you looked at; by itself that of the plan as it is now",
  )
  .action(run(async (desk, options: Json & { plan?: string }, job) => {
    const { plan_sha256 } = options.plan === undefined
      ? await desk.get<Job>(`/jobs/${job}`)
      : { plan_sha256: options.plan };
    tell(
      await desk.post<Job>(`/jobs/${job}/approve`, { plan_sha256 }),
      options.json,
      print.printJob,
    );
  }));

for (
  const [name, description] of [[
    "pause",
    "send no more of a job until it is replayed again",
  ], ["stop", "send no more of a job; what was sent stays sent"]] as const
) {
  command(`${name} <job>`, description)
    .option("--reason <text>", "why, for whoever looks later")
    .action(run(async (desk, options: Json & { reason?: string }, job) => {
      tell(
        await desk.post<Job>(`/jobs/${job}/${name}`, {
          reason: options.reason ?? null,
        }),
        options.json,
        print.printJob,
      );
    }));
}

for (
  const [name, description] of [
    ["discard", "put dead letters aside; they stay in their topic"],
    ["restore", "take back what was discarded"],
    ["quarantine", "keep dead letters out of bulk replays"],
  ] as const
) {
  selecting(command(name, description))
    .requiredOption("--reason <text>", "why, for whoever looks later")
    .option("--yes", "do not ask", false)
    .action(
      run(
        async (
          desk,
          options: Selecting & Json & { reason: string; yes: boolean },
        ) => {
          const filter = selected(options);
          const { count } = await desk.get<{ count: number }>(
            "/letters/count",
            { state: name === "restore" ? "discarded" : "open", ...filter },
          );
          await confirm(
            `${print.number(count)} dead letters will be ${name}${
              name.endsWith("e") ? "d" : "ed"
            }.`,
            count,
            options,
          );
          tell(
            await desk.post<{ count: number }>(`/${name}`, {
              filter,
              reason: options.reason,
            }),
            options.json,
            ({ count }) => `${print.number(count)} dead letters.`,
          );
        },
      ),
    );
}

command("acknowledge <cause>", "say that somebody has seen a cause")
  .option("--reason <text>", "what you know of it")
  .action(
    run(
      async (
        desk,
        { reason = null, json }: Json & { reason?: string | null },
        cause,
      ) => {
        tell(
          await desk.post(`/causes/${cause}/acknowledge`, { reason }),
          json,
          () => "Written down.",
        );
      },
    ),
  );

command("note <cause> <text>", "write something down about a cause")
  .action(run(async (desk, { json }: Json, cause, text) => {
    tell(
      await desk.post(`/causes/${cause}/note`, { text }),
      json,
      () => "Written down.",
    );
  }));

command(
  "explain [cause]",
  "why letters of a cause failed, in plain words, and a patch if one is sure; nothing is changed",
)
  .option(
    "--refused <cause>",
    "why webhooks were refused, such as body_altered or stripe/body_altered",
    refusedOption,
  )
  .option(
    "--anomaly <id>",
    "what is out of the usual, by the id that anomalies shows",
  )
  .action(
    run(
      async (
        desk,
        { refused, anomaly, json }: Json & {
          refused?: Readonly<Record<string, string>>;
          anomaly?: string;
        },
        cause,
      ) => {
        const asked = [cause, refused, anomaly].filter((one) =>
          one !== undefined
        );
        if (asked.length !== 1) {
          throw new StartError(
            "Say one thing to explain: a cause, --refused or --anomaly.",
            { exitCode: USAGE },
          );
        }
        const explained = refused !== undefined
          ? await desk.post<Explained>("/rejected/explain", refused)
          : anomaly !== undefined
          ? await desk.post<Explained>(
            `/anomalies/${encodeURIComponent(anomaly)}/explain`,
          )
          : await desk.post<Explained>(`/causes/${cause}/explain`);
        tell(explained, json, print.printExplained);
      },
    ),
  );

command(
  "payment <id>",
  "what is known of a payment, from its webhooks to its rows",
)
  .action(run(async (desk, { json }: Json, id) => {
    tell(
      await desk.get<Step[]>(`/payments/${encodeURIComponent(id ?? "")}`),
      json,
      print.printJourney,
    );
  }));

command(
  "unmapped",
  "webhooks that no mapping knew; replay --unmapped sends them again",
)
  .option("--provider <name>", "of this provider alone")
  .option("--account <name>", "of this account alone")
  .option("--type <type>", "of this type alone, in the provider's words")
  .option("--family <family>", "about this alone, such as payout")
  .action(
    run(
      async (
        desk,
        { provider, account, type, family, json }: Json & UnmappedWords,
      ) => {
        tell(
          await desk.get<UnmappedKind[]>("/unmapped", {
            provider,
            account,
            type,
            family,
          }),
          json,
          print.printUnmapped,
        );
      },
    ),
  );

command("rejected", "why webhooks were refused, the latest first")
  .option("--provider <name>", "of this provider alone")
  .option("--account <name>", "of this account alone")
  .option(
    "--since <time>",
    "from this time on (RFC 3339); by itself the last 7 days",
  )
  .action(
    run(
      async (
        desk,
        { provider, account, since, json }: Json & {
          provider?: string;
          account?: string;
          since?: string;
        },
      ) => {
        tell(
          await desk.get<RejectedRow[]>("/rejected", {
            provider,
            account,
            since,
          }),
          json,
          print.printRejected,
        );
      },
    ),
  );

command(
  "anomalies [id]",
  "what was out of the usual in the flow of payments, open anomalies first",
)
  .option("--open", "open ones alone", false)
  .option("--provider <name>", "of this provider alone")
  .action(
    run(
      async (
        desk,
        { open, provider, json }: Json & { open: boolean; provider?: string },
        id,
      ) => {
        if (id !== undefined) {
          tell(
            await desk.get<Anomaly>(`/anomalies/${encodeURIComponent(id)}`),
            json,
            print.printAnomaly,
          );
          return;
        }
        tell(
          await desk.get<Anomaly[]>("/anomalies", {
            state: open ? "opened" : undefined,
            provider,
          }),
          json,
          print.printAnomalies,
        );
      },
    ),
  );

command("actions", "what was done at the desk, the latest first")
  .option("--job <job>", "with this job alone")
  .action(run(async (desk, { job, json }: Json & { job?: string }) => {
    tell(
      await desk.get<ActionRow[]>("/actions", { job }),
      json,
      print.printActions,
    );
  }));

for (const one of [program, ...program.commands]) {
  one.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE));
}
await program.parseAsync();

function command(name: string, description: string): Command {
  return program.command(name).description(description)
    .option("--json", "for scripts", false);
}

function selecting(command: Command): Command {
  return command
    .option(
      "--cause <cause>",
      "of this cause: its id, or the first digits of it",
    )
    .option(
      "--filter <words>",
      "that all of this is true of: service=… code=… provider=… account=… path=… currency=… state=… id=… since=… until=… letter=…",
      filterOption,
    );
}

function planning(command: Command): Command {
  return selecting(command)
    .option("--reason <text>", "why, for whoever looks later")
    .option("--rate <number>", "so many records a second at most", wholeFromOne)
    .option(
      "--stop-above <share>",
      "pause if a larger share fails again, from 0 to 1",
      share,
    )
    .option(
      "--out-of-order",
      "though earlier letters of the same payments are open and not selected",
      false,
    );
}

function sending(command: Command): Command {
  return command
    .option("--yes", "do not ask", false)
    .option("--no-wait", "do not wait for the outcomes");
}

/** Gives a command the desk, and ends with its code. */
function run<Options>(
  work: (
    desk: DeskClient,
    options: Options,
    ...words: (string | undefined)[]
  ) => Promise<number | void>,
) {
  return async (...all: unknown[]) => {
    // commander: words, then options, then the command.
    const options = all.at(-2) as Options;
    const words = all.slice(0, -2) as (string | undefined)[];
    try {
      const config = readConfig("deno task dlq", clientSettings, process.env, [
        hasToken,
      ]);
      process.exitCode = await work(
        new DeskClient({ url: config.url, token: tokenOf(config) }),
        options,
        ...words,
      ) ?? exitCodes.ok;
    } catch (error) {
      endWith(error);
    }
  };
}

async function replay(
  desk: DeskClient,
  options: Planning & Sending & {
    job?: string;
    from?: string;
    since?: string;
    until?: string;
    provider?: string;
    for?: string;
    unmapped?: UnmappedWords;
    account?: string;
  },
): Promise<number> {
  const planned = await plannedJob(desk, options);
  const { job, selected } = planned;
  if (planned.needs_approval && planned.approved_at === null) {
    tell(planned, options.json, print.printPlan);
    return WAITS_FOR_APPROVAL;
  }
  if (!options.json) say(print.printPlan(planned));
  await confirm(
    `${print.number(selected)} records will be sent again.`,
    selected,
    options,
  );
  await desk.post<Job>(`/jobs/${job}/run`);
  const ended = options.wait
    ? await follow(desk, job, { isQuiet: options.json })
    : await desk.get<Job>(`/jobs/${job}`);
  tell(ended, options.json, print.printJob);
  if (!options.wait) return exitCodes.ok;
  return ended.outcomes.passed === ended.selected ? exitCodes.ok : SOME_FAILED;
}

async function plannedJob(
  desk: DeskClient,
  options: Parameters<typeof replay>[1],
): Promise<Job> {
  const {
    job,
    from,
    since,
    until = new Date().toISOString(),
    provider,
    for: service,
    unmapped,
    account,
  } = options;
  if (job !== undefined) return await desk.get<Job>(`/jobs/${job}`);
  if (unmapped !== undefined) {
    const { options: how, reason } = planOf(options);
    return await desk.post<Job>("/jobs/unmapped", {
      filter: { ...unmapped, account },
      options: how,
      reason,
    });
  }
  if (from === undefined) return await desk.post<Job>("/jobs", planOf(options));
  if (since === undefined || service === undefined) {
    throw new StartError(
      "--from needs --since, a time, and --for, the service that the facts are for.",
      { exitCode: USAGE },
    );
  }
  const { options: how, reason } = planOf(options);
  return await desk.post<Job>("/jobs/facts", {
    from,
    since,
    until,
    ...provider !== undefined && { provider },
    for: service,
    options: how,
    reason,
  });
}

function planOf(options: Planning) {
  const { reason = null, rate, stopAbove, outOfOrder } = options;
  return {
    filter: selected(options),
    reason,
    options: {
      ...rate !== undefined && { rate },
      ...stopAbove !== undefined && { stop_above: stopAbove },
      ...outOfOrder && { out_of_order: true },
    },
  };
}

/** Has the count typed: whoever read it knows what they do. */
async function confirm(
  what: string,
  count: number,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
): Promise<void> {
  if (yes) return;
  if (json || process.stdin.isTTY !== true) {
    throw new StartError(
      `${what} Nobody is there to be asked: say --yes. Nothing was done.`,
      { exitCode: USAGE },
    );
  }
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
  });
  const answer = await lines.question(`${what} Type ${count} to go on: `);
  lines.close();
  if (answer.trim().replaceAll(",", "") === `${count}`) return;
  throw new StartError("Nothing was done.", { exitCode: USAGE });
}

function tell<T>(value: T, json: boolean, printed: (value: T) => string): void {
  say(json ? JSON.stringify(value) : printed(value));
}

async function patchIn(path: string): Promise<unknown> {
  try {
    return JSON.parse(
      path === "-" ? await readStdin() : await readFile(path, "utf8"),
    );
  } catch (cause) {
    throw new StartError(
      `${path} cannot be read as a JSON Patch: it must be a JSON list of operations (RFC 6902).`,
      { cause, exitCode: USAGE },
    );
  }
}

async function readStdin(): Promise<string> {
  let text = "";
  for await (const piece of process.stdin) text += piece;
  return text;
}

function letterIn(text = ""): string {
  if (/^\d+\/\d+$/.test(text)) return text;
  throw new StartError(
    `A letter is partition/offset, such as 0/17, not ${text}.`,
    { exitCode: USAGE },
  );
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}
