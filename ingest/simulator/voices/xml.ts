/** An element's content: text, elements by name, or text with attributes. */
export type Xml =
  | string
  | { readonly is: Readonly<Record<string, string>>; readonly text: string }
  | { readonly [name: string]: Xml };

type WithAttributes = Extract<Xml, { readonly text: string }>;

/** Elements as text, indented. */
export function xmlText(content: Xml, indent = ""): string {
  if (typeof content === "string") return escaped(content);
  if (hasAttributes(content)) return escaped(content.text);
  return Object.entries(content).map(([name, inner]) => {
    const text = xmlText(inner, `${indent}  `);
    const opening = `${indent}<${name}${attributesOf(inner)}>`;
    return isLeaf(inner)
      ? `${opening}${text}</${name}>\n`
      : `${opening}\n${text}${indent}</${name}>\n`;
  }).join("");
}

function isLeaf(content: Xml): boolean {
  return typeof content === "string" || hasAttributes(content);
}

function hasAttributes(content: Xml): content is WithAttributes {
  return typeof content === "object" && "is" in content &&
    typeof content.text === "string";
}

function attributesOf(content: Xml): string {
  return hasAttributes(content)
    ? Object.entries(content.is).map(([name, value]) =>
      ` ${name}="${escaped(value)}"`
    ).join("")
    : "";
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
