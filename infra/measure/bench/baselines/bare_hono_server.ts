/**
 * The server of `bare_hono.ts`. Its argument is its port on loopback.
 *
 * @module
 */
import { Hono } from "hono";

const app = new Hono();
app.post("/api/webhooks/payment-authorized", async (context) => {
  // A body that is not read has Deno close the connection.
  await context.req.arrayBuffer();
  return context.json({ status: "accepted", event_id: "evt_bench" }, 202);
});
Deno.serve({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0]),
  onListen() {},
}, app.fetch);
