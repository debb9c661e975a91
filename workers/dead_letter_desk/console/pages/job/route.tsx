/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { Job } from "../../../queries/jobs.ts";
import { DeskRefusal } from "../../../refusal.ts";
import { LIVE_HEADER } from "../../access/guard.tsx";
import type {
  ConsoleContext,
  ConsoleDeps,
  ConsoleEnv,
} from "../../console_env.ts";
import { attempt } from "../../parts/attempt.ts";
import { page } from "../../parts/page.tsx";
import { reasonIn } from "../../parts/plan_fields.tsx";
import { short } from "../../parts/text.ts";
import { Pace } from "./pace.ts";
import { isLive, JobView } from "./view.tsx";

/** More than so many are sent only by somebody who has typed how many they are. */
export const TYPED_ABOVE = 100;

const said = {
  run: "It runs.",
  pause: "Paused: no more is sent until it runs again.",
  stop: "Stopped: no more is sent. What was sent stays sent.",
} as const;

/** One job: its plan, and whatever can be done with it. */
export function jobRoutes({ desk, clock }: ConsoleDeps): Hono<ConsoleEnv> {
  const pace = new Pace();

  const show = async (c: ConsoleContext, refusal?: DeskRefusal) => {
    const job = await desk.job(c.req.param("job") ?? "");
    // What can be done changes with the state: the page is loaded anew, not only what moves in it.
    const known = c.req.header(LIVE_HEADER);
    if (known !== undefined && known !== stateKey(job)) {
      return c.body(null, 200, { "HX-Refresh": "true" });
    }
    return await page(
      c,
      {
        title: `Replay ${short(job.job)}`,
        section: "/replays",
        command: ["jobs", short(job.job)],
        status: refusal?.status ?? 200,
      },
      <JobView
        job={job}
        stateKey={stateKey(job)}
        rate={isLive(job)
          ? pace.seen(job.job, job.sent, clock().getTime())
          : undefined}
        person={c.var.session.person}
        refusal={refusal}
      />,
    );
  };

  const act = async (
    c: ConsoleContext,
    work: (job: string) => Promise<string>,
  ) => {
    const job = c.req.param("job") ?? "";
    const { done, refusal } = await attempt(() => work(job));
    if (refusal?.status === 404) throw refusal;
    if (refusal !== undefined) return await show(c, refusal);
    c.var.session.notice = done;
    return c.redirect(`/replays/${job}`, 303);
  };

  const routes = new Hono<ConsoleEnv>()
    .get("/replays/:job", (c) => show(c))
    .post("/replays/:job/dry-run", (c) =>
      act(c, async (job) => {
        const { would_fail } = await desk.dryRun(job, c.var.asker);
        return would_fail === 0
          ? "The dry run is done: all would pass."
          : "The dry run is done: not all would pass.";
      }))
    .post("/replays/:job/approve", (c) =>
      act(c, async (job) => {
        const hash = c.var.form.get("plan_sha256") ?? "";
        await desk.approve(job, hash, c.var.asker);
        return "Approved: this plan may run, and no other.";
      }));
  for (const to of ["run", "pause", "stop"] as const) {
    routes.post(`/replays/:job/${to}`, (c) =>
      act(c, async (job) => {
        const { form, asker } = c.var;
        if (to === "run") checkTyped(await desk.job(job), form);
        await desk.control(job, to, asker, reasonIn(form));
        return said[to];
      }));
  }
  return routes;
}

function stateKey({ state, approved_at }: Job): string {
  return `${state} ${approved_at ?? ""}`.trim();
}

/** @throws {DeskRefusal} if many are to be sent, and how many was not typed */
function checkTyped({ selected }: Job, form: URLSearchParams): void {
  if (selected <= TYPED_ABOVE) return;
  const typed = form.get("count")?.replaceAll(/[\s,]/g, "") ?? "";
  if (typed !== String(selected)) {
    throw new DeskRefusal(
      422,
      `Type how many records are sent, to confirm that you mean them: the job has ${selected}.`,
    );
  }
}
