import type { Context } from "hono";
import type { SecureHeadersVariables } from "hono/secure-headers";
import type { Asker, Desk } from "../desk.ts";
import type { Identity } from "../http/identity.ts";
import type { DeskReads } from "../reads.ts";
import type { Session } from "./access/sessions.ts";
import type { Assets } from "./assets/assets.ts";
import type { Flow } from "./flow/flow.ts";

/** What a request of the console carries once it is known who sent it. */
export type ConsoleEnv = {
  Variables: SecureHeadersVariables & {
    session: Session;
    asker: Asker;
    /** What was sent with a form. */
    form: URLSearchParams;
    shared: Shared;
  };
};

export type ConsoleContext = Context<ConsoleEnv>;

/** What every page is made with. */
export type Shared = {
  readonly assets: Pick<Assets, "path">;
  readonly version: string;
  readonly clock: () => Date;
};

export type ConsoleDeps = {
  readonly desk: Desk;
  readonly reads: DeskReads;
  readonly identity: Pick<Identity, "personOf" | "login">;
  readonly version: string;
  readonly sessionIdleMinutes: number;
  readonly traceUrl: string | undefined;
  readonly grafanaUrl: string | undefined;
  readonly flow: Flow;
  /** Why the desk itself cannot do all its work, by the part that says so. */
  readonly waits: () => Readonly<Record<string, string>>;
  readonly clock: () => Date;
};
