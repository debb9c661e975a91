import type { Hono } from "hono";

/** The methods that a path of an app takes; none if there is no such page. */
export function methodsOf(app: Hono, path: string): string[] {
  const methods = new Set<string>();
  for (const { method } of app.routes) {
    if (method === "ALL" || methods.has(method)) continue;
    const [handlers] = app.router.match(method, path);
    const own = handlers.some(([[, route]]) => route.method === method);
    if (own) methods.add(method);
  }
  // Hono answers HEAD as it answers GET.
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods];
}
