import { z } from "zod";
import { LostError } from "./follow.ts";

const Answer = z.object({
  event_id: z.string(),
  corruption_mode: z.string().nullable(),
});

/**
 * Has the simulator authorise a payment and send its webhook.
 *
 * @throws {LostError} where it does not, naming the simulator or the intake
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
