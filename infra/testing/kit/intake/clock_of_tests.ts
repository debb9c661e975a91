/** Seconds since the epoch: a time at which all that tests certify is valid, whenever they run. */
export const NOW_S = Math.floor(Date.now() / 1_000) + 3_600;
