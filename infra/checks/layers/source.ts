import ts from "typescript";

/** Something written in a source file, and the line it stands on, from 1. */
export type Mention = { readonly text: string; readonly line: number };

export type Source = {
  /** Path from the repository's root. */
  readonly path: string;
  /** What it imports, for types or values, as written; a computed one as `NOT_A_LITERAL`. */
  readonly imports: readonly Mention[];
  /** Every other text literal, and each constant piece of a template. */
  readonly literals: readonly Mention[];
  /** Uses of the globals `Deno` and `Bun`, but for `typeof Deno`, which only looks for it. */
  readonly runtimeGlobals: readonly Mention[];
};

/** Stands in for the specifier of an `import(…)` or `require(…)` that is computed. */
export const NOT_A_LITERAL = "(computed)";

const runtimeGlobals = new Set(["Deno", "Bun"]);

/** Reads a file with TypeScript's own parser. */
export function parseSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const imports: Mention[] = [];
  const literals: Mention[] = [];
  const globals: Mention[] = [];
  const specifiers = new Set<ts.Node>();

  const mention = (node: ts.Node, text: string): Mention => ({
    text,
    line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1,
  });
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      specifiers.add(specifier);
      imports.push(
        mention(
          specifier,
          ts.isStringLiteralLike(specifier) ? specifier.text : NOT_A_LITERAL,
        ),
      );
    }
    if (isText(node) && !specifiers.has(node)) {
      literals.push(mention(node, node.text));
    }
    const global = runtimeGlobalOf(node);
    if (global !== undefined) globals.push(mention(node, global));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, imports, literals, runtimeGlobals: globals };
}

/** The node that says what is imported, if `node` imports something. */
function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return node.argument.literal;
  }
  return ts.isCallExpression(node) && isImporting(node.expression)
    ? node.arguments[0]
    : undefined;
}

function isImporting(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === "require");
}

function isText(
  node: ts.Node,
): node is ts.StringLiteralLike | ts.TemplateLiteralLikeNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node);
}

function runtimeGlobalOf(node: ts.Node): string | undefined {
  if (ts.isElementAccessExpression(node)) {
    const { expression, argumentExpression: name } = node;
    return isGlobalThis(expression) && ts.isStringLiteralLike(name) &&
        runtimeGlobals.has(name.text)
      ? name.text
      : undefined;
  }
  if (!ts.isIdentifier(node) || !runtimeGlobals.has(node.text)) {
    return undefined;
  }
  const { parent } = node;
  if (ts.isTypeOfExpression(parent)) return undefined;
  const isNameOfProperty = "name" in parent && parent.name === node;
  const isOfGlobalThis = ts.isPropertyAccessExpression(parent) &&
    isGlobalThis(parent.expression);
  return isNameOfProperty && !isOfGlobalThis ? undefined : node.text;
}

function isGlobalThis(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === "globalThis";
}
