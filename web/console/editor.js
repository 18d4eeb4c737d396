// The rule editor's help: line numbers, mistakes as one types, the dry run beside it. Without it the buttons do the same.
"use strict";
const form = document.getElementById("editor");
const area = document.getElementById("text");
const gutter = document.getElementById("gutter");
const status = document.getElementById("status");
const errors = document.getElementById("errors");
const panel = document.getElementById("trial");
let timer = 0;
let asked = 0;

function number() {
  const lines = area.value.split("\n").length;
  if (gutter.childElementCount !== lines) {
    gutter.replaceChildren(...Array.from({ length: lines }, (_, at) => {
      const line = document.createElement("div");
      line.textContent = at + 1;
      return line;
    }));
  }
  gutter.scrollTop = area.scrollTop;
}

function goTo(line, column) {
  const before = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = area.value.indexOf("\n", before);
  area.focus();
  area.setSelectionRange(before + Math.max(0, column - 1), end < 0 ? area.value.length : end);
  area.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(area).lineHeight));
}

function item(row, kind) {
  const here = row.file === form.elements.file.value;
  const entry = document.createElement("li");
  const place = document.createElement(here ? "button" : "b");
  place.textContent = here ? `Line ${row.line}, column ${row.column}` : `${row.file}:${row.line}:${row.column}`;
  if (here) {
    place.type = "button";
    place.addEventListener("click", () => goTo(row.line, row.column));
  }
  const words = document.createElement("span");
  words.textContent = ` ${kind === "warning" ? "Warning: " : ""}${row.message}.`;
  entry.append(place, words);
  if (row.hint) {
    const hint = document.createElement("span");
    hint.className = "sub";
    hint.textContent = row.hint;
    entry.append(hint);
  }
  return entry;
}

function mark(found) {
  const wrong = new Set(found.filter((row) => row.file === form.elements.file.value).map((row) => row.line));
  Array.from(gutter.children).forEach((line, at) => line.classList.toggle("wrong", wrong.has(at + 1)));
}

async function send(address, extra) {
  const body = new URLSearchParams(new FormData(form));
  Object.entries(extra).forEach(([name, value]) => body.set(name, value));
  const answer = await fetch(address, { method: "POST", body });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

async function check() {
  const turn = ++asked;
  try {
    const found = await (await send("/console/rules/check", {})).json();
    if (turn !== asked) return;
    errors.replaceChildren(...found.errors.map((row) => item(row, "error")), ...found.warnings.map((row) => item(row, "warning")));
    mark(found.errors);
    const count = found.errors.length;
    status.textContent = count ? `${count} mistake${count === 1 ? "" : "s"}` : `No mistakes; ${found.examples} examples hold`;
    status.className = count ? "bad" : "ok";
    if (count) {
      panel.replaceChildren();
      return;
    }
    const text = await (await send("/console/rules/try", { part: "1" })).text();
    if (turn === asked) panel.innerHTML = text;
  } catch {
    if (turn === asked) status.textContent = "The check did not answer; use the button";
  }
}

area.addEventListener("input", () => {
  number();
  clearTimeout(timer);
  timer = setTimeout(check, 350);
});
area.addEventListener("scroll", number);
form.elements.location.addEventListener("change", check);
gutter.hidden = false;
number();
const wanted = Number(new URLSearchParams(window.location.search).get("line"));
if (wanted > 0) goTo(wanted, 1);
if (!panel.childElementCount && !errors.childElementCount) check();
