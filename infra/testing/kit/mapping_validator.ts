/**
 * The validator, with mappings of a scenario in the version that SCENARIO_MAPPING_VERSION says. Run by Bun, in the place of the one
 * with the mappings that there are.
 *
 * @module
 */
import process from "node:process";
import { choice, integer, readConfig } from "#runtime/config.ts";
import { validate } from "../../../workers/validator/handle.ts";
import { runValidator } from "./run_validator.ts";
import { mappingsOf, scenarioMappings } from "./scenario_mapping.ts";

const { mapping, mappingVersion } = readConfig("mapping validator", {
  mapping: choice("SCENARIO_MAPPING", {
    values: scenarioMappings,
    doc: "which mappings it has",
  }),
  mappingVersion: integer("SCENARIO_MAPPING_VERSION", {
    min: 1,
    max: 1_000,
    doc: "in which version it has them",
  }),
}, process.env);
const mappings = mappingsOf(mapping, mappingVersion);

await runValidator((record, config, seen) =>
  validate(record, config, seen, mappings)
);
