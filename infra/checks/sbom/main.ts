/**
 * `deno task sbom`: prints the software bill of materials.
 *
 * @module
 */
import { cycloneDx } from "./bom.ts";
import { repositoryParts } from "./repository_parts.ts";

console.log(cycloneDx(await repositoryParts()));
