/**
 * Prints what a role signs to log in to MSK, with the settings in the environment and no more permissions than it was
 * started with.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { tokenSource } from "#kafka/oauth/token_source.ts";
import { securitySettings } from "#kafka/security_settings.ts";
import { readConfig } from "#runtime/config.ts";

const config = readConfig("test", securitySettings, process.env);
const token = await tokenSource(config).current();
console.log(Buffer.from(token, "base64url").toString());
