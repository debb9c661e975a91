/** Text of a page that needs no escaping any more. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, a list is strung together, nothing is nothing. */
export type Part = string | number | Html | undefined | readonly Part[];

/** A template of HTML. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(
    strings.map((text, index) => text + render(parts[index])).join(""),
  );
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string") return escape(part);
  if (typeof part === "number") return String(part);
  return part.map(render).join("");
}

function escape(text: string): string {
  const named: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replaceAll(/[&<>"]/g, (character) => named[character] ?? "");
}
