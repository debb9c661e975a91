/** @jsxImportSource hono/jsx */
import { visible } from "../../parts/text.ts";

/** What went wrong, and what became of the data. */
export function ErrorView({ title, why, data }: {
  readonly title: string;
  readonly why: string;
  readonly data: string;
}) {
  return (
    <>
      <h1>{title}</h1>
      <div class="alert" role="alert">
        <p>{visible(why)}</p>
        <p>{data}</p>
      </div>
      <p>
        <a href="/">Overview</a>
      </p>
    </>
  );
}
