/**
 * The program that CDK runs: it writes the template, checked by cdk-nag's rules. Nothing is asked of AWS.
 *
 * @module
 */
import { App } from "aws-cdk-lib";
import process from "node:process";
import { readConfig } from "#runtime/config.ts";
import { awsRelations, awsSettings } from "../settings.ts";
import { checkByRules } from "./rules.ts";
import { EventFlowStack } from "./stack.ts";

const config = readConfig("aws", awsSettings, process.env, awsRelations);
const app = new App({ analyticsReporting: false });
const stack = new EventFlowStack(app, {
  config,
  env: { account: config.account, region: config.region },
  description: "EventFlow: payment webhooks, from the door to the table",
});
checkByRules(app, stack);
app.synth();
