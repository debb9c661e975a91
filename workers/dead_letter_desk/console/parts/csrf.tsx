/** @jsxImportSource hono/jsx */
import { createContext, type PropsWithChildren, useContext } from "hono/jsx";

export const Csrf = createContext("");

/** A form that changes something. */
export function Form(
  { action, class: its = "stack", id, children }: PropsWithChildren<{
    readonly action: string;
    readonly class?: string;
    readonly id?: string;
  }>,
) {
  const csrf = useContext(Csrf);
  return (
    <form method="post" action={action} class={its} id={id}>
      <input type="hidden" name="csrf" value={csrf} />
      {children}
    </form>
  );
}
