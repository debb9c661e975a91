import assert from "node:assert/strict";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import {
  sendSigned,
  startSending,
  STRIPE_SECRET,
  stripeCharge,
  writeAccounts,
} from "#kit/signed_webhooks.ts";
import { until } from "#kit/until.ts";

const NEW_SECRET = "whsec_of_the_day_after";

/** Webhooks between the steps. */
const SOME = 50;

test("a secret is rolled under load without one refusal, and each webhook is its rows", () =>
  withProcesses(async (processes) => {
    const { folder } = processes;
    const file = await writeAccounts(folder, [STRIPE_SECRET]);
    await using pipeline = await openPipeline(processes, {
      env: { ...patientIntake, EVENTFLOW_PROVIDERS_FILE: file },
    });
    await pipeline.start("intake", "validator", "persistence");
    const intake = pipeline.url("intake");
    let secret = STRIPE_SECRET;
    await using load = startSending(
      () => intake,
      () => stripeCharge({ secret }),
    );
    const accepted = () => load.statuses.get(202) ?? 0;
    const someMore = async () => {
      const before = accepted();
      await until(
        "more webhooks were answered",
        () => accepted() >= before + SOME,
      );
    };
    const answerTo = (secret: string) =>
      sendSigned(intake, stripeCharge({ secret }));
    let beside = 0;
    const untilTold = (secret: string, status: number) =>
      until(`${secret} was answered with ${status}`, async () => {
        const answer = await answerTo(secret);
        if (answer === 202) beside++;
        return answer === status;
      });

    await someMore();
    await writeAccounts(folder, [STRIPE_SECRET, NEW_SECRET]);
    await untilTold(NEW_SECRET, 202);
    await someMore();
    secret = NEW_SECRET;
    await someMore();
    await writeAccounts(folder, [NEW_SECRET]);
    await untilTold(STRIPE_SECRET, 401);
    await someMore();
    await load.stop();

    assert.deepEqual([...load.statuses.keys()], [202]);
    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), 2 * (accepted() + beside));
    await assertBalanced(pipeline, []);
  }));
