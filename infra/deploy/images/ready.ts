/**
 * The images' health check, on Deno and on Bun: whether the service at a port of this container can do
 * its work. What it prints, the reasons among it, stands in `docker inspect`.
 */
import process from "node:process";

const response = await fetch(`http://127.0.0.1:${process.argv[2]}/ready`, {
  signal: AbortSignal.timeout(9_000),
});
console.log(await response.text());
process.exit(response.ok ? 0 : 1);
