/**
 * How Deno is to load modules: what runs is what was installed, and that is what deno.lock says. Nothing is fetched,
 * the lockfile is not written to, and no module comes from the network. `--no-npm` would refuse the packages of
 * package.json as well; `--frozen` refuses those that are not in the lockfile.
 */
export const moduleFlags = [
  "--cached-only",
  "--frozen",
  "--no-remote",
  "--deny-import",
] as const;
