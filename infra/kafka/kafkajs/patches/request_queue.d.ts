declare module "kafkajs/src/network/requestQueue/index.js" {
  /** What `quiet_timers.ts` uses of a class kafkajs keeps to itself. */
  export type RequestQueue = {
    readonly throttledUntil: number;
    readonly pending: readonly unknown[];
    throttleCheckTimeoutId: unknown;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  };
  const requestQueue: { prototype: RequestQueue };
  export default requestQueue;
}
