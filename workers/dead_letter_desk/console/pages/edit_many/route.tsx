/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { Edit } from "#contracts/desk_action.ts";
import { DeskRefusal } from "../../../refusal.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { attempt } from "../../parts/attempt.ts";
import { filterOptions } from "../../parts/filter_words.ts";
import { page } from "../../parts/page.tsx";
import { planIn } from "../../parts/plan_fields.tsx";
import { chosenBy } from "../../parts/selection.tsx";
import { samplesOf } from "./samples.ts";
import { EditMany } from "./view.tsx";

/** The same change to many records: seen on samples, and then planned. */
export function editManyRoutes({ desk, reads }: ConsoleDeps): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().on(
    ["GET", "POST"],
    "/dead-letters/edit",
    async (c) => {
      const chosen = await chosenBy(reads.database, c.req.url, "open");
      const { filter } = chosen;
      const { form, asker, session } = c.var;
      const isPlanned = form.get("do") === "plan";
      const { done, refusal } = c.req.method === "GET"
        ? {}
        : await attempt(async () => {
          const edit = editIn(form);
          return isPlanned
            ? {
              job:
                (await desk.plan({ filter, edit, ...planIn(form) }, asker)).job,
            }
            : { samples: await samplesOf(reads, filter, edit) };
        });
      if (done?.job !== undefined) {
        session.notice =
          "The edit is planned; the originals stay as they are. Nothing was sent yet.";
        return c.redirect(`/replays/${done.job}`, 303);
      }
      return page(
        c,
        {
          title: "Edit many",
          section: "/dead-letters",
          command: ["edit", ...filterOptions(filter), "--patch", "FILE"],
          scripts: ["editor.js"],
          status: refusal?.status ?? 200,
        },
        <EditMany
          chosen={chosen}
          form={form}
          samples={done?.samples}
          refusal={refusal}
          person={session.person}
        />,
      );
    },
  );
}

/** @throws {DeskRefusal} if it is no patch */
function editIn(form: URLSearchParams): Edit {
  let patch: unknown;
  try {
    patch = JSON.parse(form.get("patch") ?? "");
  } catch (cause) {
    throw new DeskRefusal(422, "The patch is not JSON.", { cause });
  }
  const edit = Edit.safeParse({ patch });
  if (edit.success) return edit.data;
  throw new DeskRefusal(
    422,
    "The patch must be a list of operations as RFC 6902 has them, each with op and path.",
  );
}
