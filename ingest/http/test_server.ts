/** A server as a process of its own, for the test of what ends a process. Prints its address; SIGTERM drains it. */
import process from "node:process";
import { Hono } from "hono";
import { silentLog } from "#runtime/log.ts";
import { serveHttp } from "./http_server.ts";

const server = await serveHttp(new Hono().get("/", (c) => c.text("ok")), {
  host: "127.0.0.1",
  port: 0,
  portEnv: "SOME_PORT",
  log: silentLog(),
});
process.on("SIGTERM", async () => {
  await server.drain();
  process.exit(0);
});
console.log(server.url);
