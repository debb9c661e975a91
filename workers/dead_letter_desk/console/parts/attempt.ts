import { DeskRefusal } from "../../refusal.ts";

/** What came of it, or why the desk did not do it. */
export type Attempt<T> =
  | { readonly done: T; readonly refusal?: undefined }
  | { readonly refusal: DeskRefusal; readonly done?: undefined };

/** Does something that the desk may refuse, so that what somebody has typed can be shown to them again. */
export async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { done: await work() };
  } catch (error) {
    if (error instanceof DeskRefusal) return { refusal: error };
    throw error;
  }
}
