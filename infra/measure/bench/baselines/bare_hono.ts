/**
 * A ceiling for the intake: Hono on Deno's own server, that reads a body and answers as the intake does. It
 * checks nothing and keeps nothing.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Job } from "#processes/supervisor.ts";
import { answersHttp } from "./answers_http.ts";

const server = fileURLToPath(new URL("bare_hono_server.ts", import.meta.url));

/** @param port on loopback */
export function bareHonoJob(port: number): Job {
  return {
    name: "bare-hono",
    command: {
      program: process.execPath,
      args: ["run", `--allow-net=127.0.0.1:${port}`, server, `${port}`],
    },
    isReady: () => answersHttp(port),
  };
}
