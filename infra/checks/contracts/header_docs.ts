import { readFileSync } from "node:fs";
import ts from "typescript";
import type { HeaderName } from "#contracts/headers.ts";

const file = new URL("../../../contracts/headers.ts", import.meta.url);

/**
 * What the comments in `contracts/headers.ts` say of each header. A comment that stands before several headers, such as that on
 * `traceparent`, is of all of them up to the next one.
 */
export function headerDocs(
  text = readFileSync(file, "utf8"),
): ReadonlyMap<HeaderName, string> {
  const source = ts.createSourceFile(
    "headers.ts",
    text,
    ts.ScriptTarget.ESNext,
    true,
  );
  const docs = new Map<HeaderName, string>();
  let said = "";
  for (const property of propertiesOf(source, "headers")) {
    const [comment] = ts.getJSDocCommentsAndTags(property).slice(-1);
    const own = comment && ts.getTextOfJSDocComment(comment.comment);
    said = own?.replaceAll(/\s+/g, " ") ?? said;
    docs.set(property.name.getText() as HeaderName, said);
  }
  return docs;
}

function propertiesOf(
  source: ts.SourceFile,
  constant: string,
): readonly ts.PropertyAssignment[] {
  const found: ts.PropertyAssignment[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === constant) {
      ts.forEachChild(node, (child) => {
        const object = ts.isAsExpression(child) ? child.expression : child;
        if (!ts.isObjectLiteralExpression(object)) return;
        for (const property of object.properties) {
          if (ts.isPropertyAssignment(property)) found.push(property);
        }
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
