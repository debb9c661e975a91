/**
 * On every page: htmx, which loads parts of pages anew, and the keyboard. Pages work without it.
 *
 * @module
 */
import "htmx.org";

const ROWS = "[data-row]";

/** Each key, and what it goes to: a link or button of the row with the focus, else of the page. */
const actionKeys = new Map([["e", "edit"], ["r", "replay"]]);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyped(event.target)) {
    if (event.key === "Escape" && event.target instanceof HTMLElement) {
      event.target.blur();
    }
    return;
  }
  if (press(event.key)) event.preventDefault();
});

/** @returns whether the key means something here */
function press(key: string): boolean {
  switch (key) {
    case "/":
      return focus(document.querySelector("#search"));
    case "?":
      return click(document.querySelector("[data-key=help]"));
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "x":
      return click(current()?.querySelector("input[type=checkbox]"));
    default: {
      const action = actionKeys.get(key);
      if (action === undefined) return false;
      const at = `[data-key=${action}]`;
      return click(
        current()?.querySelector(at) ?? document.querySelector(`main ${at}`),
      );
    }
  }
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox])"));
}

function current(): Element | null {
  return document.activeElement?.closest(ROWS) ?? null;
}

function move(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll(ROWS)];
  const at = current();
  const next = at === null
    ? rows.at(by === 1 ? 0 : -1)
    : rows[rows.indexOf(at) + by];
  return focus(next?.querySelector("[data-open]"));
}

function focus(element: Element | null | undefined): boolean {
  if (!(element instanceof HTMLElement)) return false;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
  return true;
}

function click(element: Element | null | undefined): boolean {
  if (!(element instanceof HTMLElement)) return false;
  element.click();
  return true;
}

// Shift and a click select all rows between, as in lists of mail.
let lastBox: HTMLInputElement | undefined;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.name !== "letter") return;
  const boxes = [
    ...document.querySelectorAll<HTMLInputElement>("input[name=letter]"),
  ];
  if (event.shiftKey && lastBox !== undefined) {
    const [from = 0, to = 0] = [boxes.indexOf(lastBox), boxes.indexOf(box)]
      .sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
  }
  lastBox = box;
});

const copied = new WeakMap<Element, string>();
document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element
    ? event.target.closest("[data-copy]")
    : null;
  if (button === null) return;
  await navigator.clipboard.writeText(button.getAttribute("data-copy") ?? "");
  const label = copied.get(button) ?? button.textContent ?? "";
  copied.set(button, label);
  button.textContent = "Copied";
  setTimeout(() => button.textContent = label, 1_500);
});

// What only makes sense with scripts is shown only with them.
document.documentElement.classList.add("scripted");
