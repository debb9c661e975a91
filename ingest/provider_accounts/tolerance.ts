import { z } from "zod";

/** Seconds by which a signed time may be before or after the clock. */
export const tolerance = z.int().min(1).max(86_400).default(300);
