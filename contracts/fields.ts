import { z } from "zod";

/** A string with at least one character that is not white space. */
export const NonBlank = z.string().regex(/\S/, "must not be blank");

/**
 * A point in time as RFC 3339 §5.6 writes it, with seconds and an offset.
 * zod checks the calendar; the pattern adds what RFC 3339 asks beyond ISO 8601: seconds are required.
 */
export const Rfc3339 = z.iso
  .datetime({ offset: true, error: "must be an RFC 3339 time with an offset" })
  .regex(/T\d\d:\d\d:\d\d/, "must be an RFC 3339 time with seconds");
