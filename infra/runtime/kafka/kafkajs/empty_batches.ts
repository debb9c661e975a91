/// <reference path="./batch.d.ts" />
// Imported, not required: Deno lets a program without the right to read import what it is made of.
import batch from "kafkajs/src/consumer/batch.js";
import type { Batch } from "kafkajs/src/consumer/batch.js";

/**
 * A batch of nothing but control records and aborted ones is not handed to `eachBatch` by kafkajs, which
 * moves reading past it by itself: also where it is what an earlier stay in the group had fetched, and
 * where no other batch has brought the means to commit yet. Either way the next records would look as
 * if some before them had been passed over. Here it is empty only where the broker sent nothing.
 *
 * Safe to call more than once.
 */
export function handOutEmptyBatches(): void {
  batch.prototype.isEmpty = broughtNothing;
}

function broughtNothing(this: Batch): boolean {
  return this.rawMessages.length === 0;
}
