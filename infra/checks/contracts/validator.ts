import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonSchema } from "./json_schema.ts";

/** What a JSON Schema says of a value, by ajv: a reader that knows nothing of zod. It is strict: what it does not know of a schema it refuses. */
export function validatorOf(schema: JsonSchema): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  addFormats.default(ajv);
  // Of OpenAPI's registry of formats: says how a number is to be read, and nothing of which.
  ajv.addFormat("decimal", true);
  return ajv.compile(schema);
}
