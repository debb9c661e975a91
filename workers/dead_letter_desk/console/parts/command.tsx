/** @jsxImportSource hono/jsx */
import { quoted } from "./text.ts";

/** The command that does the same. */
export function Command({ words }: { readonly words: readonly string[] }) {
  const command = ["deno task dlq", ...words.map(quoted)].join(" ");
  return (
    <p class="command">
      <span>The same by command:</span> <code>{command}</code>{" "}
      <button type="button" class="quiet scripted-only" data-copy={command}>
        Copy
      </button>
    </p>
  );
}
