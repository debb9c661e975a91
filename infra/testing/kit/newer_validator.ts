/**
 * The validator as a later version would be: it knows one more type of event, and says more of what it lets pass. Run by Bun, in the
 * place of the one that there is.
 *
 * @module
 */
import { header } from "#kafka/headers.ts";
import { validate } from "../../../workers/validator/handle.ts";
import { LATER_HEADER, LATER_TYPE } from "./later_version.ts";
import { runValidator } from "./run_validator.ts";

await runValidator((record, config, seen) => {
  const outcome = validate(record, config, seen);
  const isOfLaterType = record.value?.includes(`"${LATER_TYPE}"`) ?? false;
  if (outcome.kind !== "forward" && !isOfLaterType) return outcome;
  const { key, value, headers } = record;
  return {
    kind: "forward",
    records: [{
      topic: config.validatedTopic,
      key,
      value,
      headers: [...headers, header(LATER_HEADER, "2")],
    }],
  };
});
