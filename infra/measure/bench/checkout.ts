/** A working tree of EventFlow whose services are measured. */
export type Checkout = {
  /** What it is called in the results: `EVENTFLOW` if it is this one. */
  readonly subject: string;
  /** Its root folder, with its packages installed. */
  readonly root: string;
};
