/**
 * `deno task providers`: the accounts at providers, what to paste into each provider's console, and when each was last heard of.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { providers } from "./providers.ts";

const { url, json } = new Command("deno task providers")
  .description(
    "Show the accounts at providers that are set up, the URL for each provider's console, and when each was last heard of. No secret is shown.",
  )
  .option(
    "--url <url>",
    "where providers reach the intake: https://host",
    origin,
  )
  .option("--json", "print one JSON object instead of a table", false)
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  )
  .parse()
  .opts<{ url?: string; json: boolean }>();

await runCommand(() => providers({ url, json, say, env: process.env }));

function origin(text: string): string {
  const url = URL.parse(text);
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  if (url !== null && isHttp && url.pathname === "/" && url.search === "") {
    return url.origin;
  }
  throw new InvalidArgumentError(
    "It must be https:// and a host, without a path, such as https://pay.example.org.",
  );
}
