/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { originalOf } from "../../../jobs/originals.ts";
import { letterView, recordAt } from "../../../queries/letter.ts";
import { DeskRefusal } from "../../../refusal.ts";
import type {
  ConsoleContext,
  ConsoleDeps,
  ConsoleEnv,
} from "../../console_env.ts";
import { attempt } from "../../parts/attempt.ts";
import { page } from "../../parts/page.tsx";
import { planIn } from "../../parts/plan_fields.tsx";
import { placeIn, RECORD } from "../record/route.tsx";
import { editableText, editedBody } from "./edited_body.ts";
import { EditOne } from "./view.tsx";

/** One record as a text. To edit it is to see it as it is, which is written down. */
export function editOneRoutes({ desk, reads }: ConsoleDeps): Hono<ConsoleEnv> {
  const { kafka, topics } = reads;
  const path = `${RECORD}/edit` as const;

  const show = async (
    c: ConsoleContext,
    text: string | undefined,
    refusal?: DeskRefusal,
  ) => {
    const { letter } = placeIn(c);
    const its = await letterView(
      reads,
      letter,
      { unmask: false },
    );
    return await page(
      c,
      {
        title: `Edit record ${letter}`,
        section: "/dead-letters",
        command: ["edit", "--filter", `letter=${letter}`, "--patch", "FILE"],
        scripts: ["editor.js"],
        status: refusal?.status ?? 200,
      },
      <EditOne
        letter={its}
        text={text}
        form={c.var.form}
        refusal={refusal}
        person={c.var.session.person}
      />,
    );
  };

  const bodyOf = async (letter: string) => {
    const record = await recordAt(kafka, topics.deadLetters, letter);
    const original = record && await originalOf(kafka, record);
    if (original === undefined) {
      throw new DeskRefusal(409, `Record ${letter} is not kept any more.`);
    }
    return editableText(original.value);
  };

  return new Hono<ConsoleEnv>()
    .get(path, (c) => show(c, undefined))
    .post(path, async (c) => {
      const { partition, offset, letter } = placeIn(c);
      const { form, asker, session } = c.var;
      const sent = form.get("body");
      if (sent === null) {
        await desk.unmask({
          topic: topics.deadLetters,
          offsets: [{ partition, ranges: [[offset, offset]] }],
        }, asker);
        return await show(c, await bodyOf(letter));
      }
      const { done, refusal } = await attempt(async () => {
        const value = editedBody(await bodyOf(letter), sent);
        const state = form.get("state") === "quarantined"
          ? "quarantined"
          : "open";
        return await desk.plan({
          filter: { letter, state },
          edit: { value_base64: value.toString("base64") },
          ...planIn(form),
        }, asker);
      });
      if (done === undefined) return await show(c, sent, refusal);
      session.notice =
        "The edit is planned; the original stays as it is. Nothing was sent yet.";
      return c.redirect(`/replays/${done.job}`, 303);
    });
}
