import { z } from "zod";
import { LostError } from "./follow.ts";

const Answer = z.object({
  event_id: z.string(),
  corruption_mode: z.string().nullable(),
});

/** As the simulator corrupts one payment in a hundred, so many in a row are no chance any more. */
const TRIES = 10;

/**
 * Has the simulator authorise a payment that it does not corrupt, as it does some by chance.
 *
 * @throws {LostError} as `authorize` does, and if it corrupts every one
 */
export async function authorizeGood(
  simulatorUrl: string,
  payment: Readonly<Record<string, unknown>>,
): Promise<z.infer<typeof Answer>> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const answer = await authorize(simulatorUrl, payment);
    if (answer.corruption_mode === null) return answer;
  }
  throw new LostError(
    "simulator",
    `the simulator corrupted ${TRIES} payments in a row: is SIMULATOR_CORRUPTION_RATE meant so?`,
  );
}

/**
 * Has the simulator authorise a payment and send its webhook.
 *
 * @throws {LostError} if it does not, naming the simulator or the intake
 */
export async function authorize(
  simulatorUrl: string,
  payment: Readonly<Record<string, unknown>>,
): Promise<z.infer<typeof Answer>> {
  const url = `${simulatorUrl}/authorize`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(payment),
      signal: AbortSignal.timeout(30_000),
    });
    text = await response.text();
  } catch {
    throw new LostError("simulator", `the simulator does not answer at ${url}`);
  }
  if (response.status === 502) {
    throw new LostError("intake", `the intake did not accept it: ${text}`);
  }
  if (!response.ok) {
    throw new LostError(
      "simulator",
      `the simulator answered ${response.status}: ${text}`,
    );
  }
  return Answer.parse(JSON.parse(text));
}
