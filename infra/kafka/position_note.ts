/**
 * What is kept in Kafka beside a group's position: by what the log can be known again, and what was found or
 * decided about the position. It moves with the position, in the same commit.
 *
 * @module
 */
import { z } from "zod";
import type { BatchMark } from "./port.ts";

export const PositionNote = z.object({
  eventflow: z.literal(1),
  /** The record batch in which the offset before the position lies. */
  batch: z.object({ base: z.number().int(), crc: z.number().int() }).optional(),
  /** Why the position was refused. Stays until somebody decides. */
  refused: z.string().optional(),
  /** Who set the position, when, from where, and why. */
  decided: z.object({
    by: z.string(),
    at: z.string(),
    from: z.number().int().nullable(),
    reason: z.string(),
  }).optional(),
});

export type PositionNote = Omit<z.infer<typeof PositionNote>, "eventflow">;

/** Kafka takes 4096 bytes (`offset.metadata.max.bytes`), and a character takes at most three bytes here. */
const MOST_CHARACTERS = 600;

export function writeNote({ refused, ...note }: PositionNote): string {
  return JSON.stringify({
    eventflow: 1,
    ...note,
    refused: refused?.slice(0, MOST_CHARACTERS),
  });
}

/** @returns an empty note if there is none of EventFlow's, as beside a position that other tools have set */
export function readNote(text: string): PositionNote {
  const parsed = PositionNote.safeParse(jsonOf(text));
  if (!parsed.success) return {};
  const { eventflow: _version, ...note } = parsed.data;
  return note;
}

/** The note for a position behind a batch. */
export function noteBehind(mark: BatchMark | undefined): PositionNote {
  return mark === undefined
    ? {}
    : { batch: { base: mark.baseOffset, crc: mark.crc } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
