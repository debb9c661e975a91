/**
 * In the place of a text area an editor that knows JSON. The form sends what stands in it; without scripts the text area stays.
 *
 * @module
 */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import {
  bracketMatching,
  HighlightStyle,
  syntaxHighlighting,
} from "@codemirror/language";
import { linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")
  ?.nonce ?? "";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--surface)", color: "var(--text)" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--text)" },
  ".cm-gutters": {
    backgroundColor: "var(--sunken)",
    color: "var(--text-soft)",
    border: "none",
  },
  "&.cm-focused": {
    outline: "3px solid var(--focus)",
    outlineOffset: "1px",
  },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    border: "1px solid var(--line)",
  },
});

for (
  const area of document.querySelectorAll<HTMLTextAreaElement>(
    "textarea[data-editor]",
  )
) {
  const view = new EditorView({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(nonce),
      // Tab leaves the editor, as it leaves every other field.
      keymap.of([...lintKeymap, ...historyKeymap, ...defaultKeymap]),
      history(),
      lineNumbers(),
      EditorView.lineWrapping,
      EditorState.lineSeparator.of("\n"),
      bracketMatching(),
      json(),
      linter(jsonParseLinter()),
      lintGutter(),
      syntaxHighlighting(colours),
      look,
      EditorView.contentAttributes.of({
        "aria-label": area.getAttribute("aria-label") ??
          area.labels?.[0]?.textContent ?? "JSON",
      }),
    ],
  });
  area.hidden = true;
  area.after(view.dom);
  area.form?.addEventListener("submit", () => {
    area.value = view.state.doc.toString();
  });
}
