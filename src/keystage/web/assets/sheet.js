// The mark sheet as a spreadsheet: keys, paste, and saving as one goes. The form works without it.
const WORDS = { missing: "Missing", unsaved: "Not saved", conflict: "Conflict", fault: "Error" };
const QUIET = ["missing", "unsaved"]; // their words are for those who do not see the line
const SAVE_AFTER = 600;
const CHECK_AFTER = 1500;
const LONGEST_WAIT = 30000;

const form = document.getElementById("sheet-form");
const words = document.getElementById("sheet-words");
const seenField = document.getElementById("seen");
const seen = JSON.parse(seenField.value);
const cells = new Map();
const rows = [];
const pending = new Map(); // cell: the code that is not saved yet
const unsettled = new Set(); // cells somebody has to decide about
let sending = false;
let leaving = false;
let wait = 0;
let saveTimer, checkTimer;
let listOpen = false;

for (const line of form.querySelectorAll("tbody tr")) {
  const row = [...line.querySelectorAll("td")].map((cell) => cell.querySelector("select"));
  rows.push(row);
  for (const select of row.filter(Boolean)) cells.set(select.dataset.cell, select);
}

function tell(text) {
  words.hidden = false;
  if (words.textContent !== text) words.textContent = text;
}

function setState(select, state, message = "") {
  const cell = select.closest("td");
  const id = `${select.id}-state`;
  cell.className = state ? `ks-sheet__cell ks-sheet__cell--${state}` : "ks-sheet__cell";
  document.getElementById(id)?.remove();
  select.removeAttribute("aria-describedby");
  select.removeAttribute("aria-invalid");
  if (!state) return null;
  const told = document.createElement("span");
  told.id = id;
  told.className = QUIET.includes(state) && !message ? "govuk-visually-hidden" : "ks-sheet__state";
  told.textContent = message ? `${WORDS[state]}: ${message}` : WORDS[state];
  cell.append(told);
  select.setAttribute("aria-describedby", id);
  if (state === "fault") select.setAttribute("aria-invalid", "true");
  return told;
}

function changed(select) {
  const name = select.dataset.cell;
  unsettled.delete(name);
  if (select.value === seen[name][1]) {
    pending.delete(name);
    setState(select, select.value ? null : "missing");
  } else {
    pending.set(name, select.value);
    setState(select, "unsaved");
    tell("Saving…");
  }
  later();
}

function later() {
  clearTimeout(saveTimer);
  clearTimeout(checkTimer);
  saveTimer = setTimeout(save, SAVE_AFTER);
}

async function ask(address, body) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const answer = await fetch(address, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token, "Content-Type": "application/json", Accept: "application/json" },
  });
  const type = answer.headers.get("Content-Type") || "";
  if (answer.ok && type.includes("json") && !answer.redirected) {
    document.dispatchEvent(new Event("keystage:heard"));
    return answer.json();
  }
  if (answer.redirected || answer.status === 403) {
    await freshToken();
    throw new Error("signed out");
  }
  throw new Error(String(answer.status));
}

// Signing in again gives another token; the page of the sheet has it.
async function freshToken() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const field = page.querySelector("#sheet-form [name=csrfmiddlewaretoken]");
  if (field) form.elements.csrfmiddlewaretoken.value = field.value;
}

async function save() {
  if (sending) return later();
  if (!pending.size) return checkLater();
  const sent = new Map(pending);
  const changes = [...sent].map(([cell, code]) => ({ cell, code, seen: seen[cell][0] }));
  sending = true;
  try {
    const answer = await ask(form.dataset.cells, JSON.stringify({ changes, person: form.dataset.person }));
    wait = 0;
    settle(answer, sent);
  } catch (error) {
    tryAgain(error);
  } finally {
    sending = false;
  }
}

function tryAgain(error) {
  wait = Math.min(wait ? wait * 2 : 2000, LONGEST_WAIT);
  const why =
    error.message === "signed out"
      ? "You are signed out, or somebody else is signed in. Sign in again in another tab and come back."
      : "There is no connection, or the service does not answer.";
  for (const name of pending.keys()) setState(cells.get(name), "unsaved", "kept on this page");
  tell(`Not saved: ${count(pending.size)}. ${why} What you entered is kept on this page, and is sent again by itself.`);
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, wait);
}

function settle(answer, sent) {
  for (const one of answer.saved) {
    seen[one.cell] = [one.version, one.code];
    done(one.cell, sent, null);
  }
  for (const one of answer.refused) {
    done(one.cell, sent, "fault", `${one.what} ${one.todo}`);
  }
  for (const one of answer.conflicts) {
    const told = done(one.cell, sent, "conflict", `${one.words}. You entered ${one.wanted || "blank"}. `);
    if (told) offer(told, one);
  }
  seenField.value = JSON.stringify(seen);
  if (pending.size) return later();
  tell(unsettled.size ? `${count(unsettled.size)} to settle. The rest is saved.` : "All changes are saved.");
  checkLater();
}

// What was typed while the cell was on its way stays to be sent.
function done(name, sent, state, message) {
  if (pending.get(name) !== sent.get(name)) return null;
  pending.delete(name);
  if (state) unsettled.add(name);
  const select = cells.get(name);
  return setState(select, state || (select.value ? null : "missing"), message);
}

function offer(told, conflict) {
  const select = cells.get(conflict.cell);
  const choose = (text, value) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary govuk-!-margin-bottom-1";
    button.textContent = text;
    button.addEventListener("click", () => {
      seen[conflict.cell] = [conflict.version, conflict.stored];
      select.value = value;
      select.focus();
      changed(select);
    });
    told.append(button);
  };
  choose(`Keep ${conflict.stored || "blank"}`, conflict.stored);
  choose(`Save ${conflict.wanted || "blank"}`, conflict.wanted);
}

function checkLater() {
  clearTimeout(checkTimer);
  checkTimer = setTimeout(check, CHECK_AFTER);
}

async function check() {
  if (sending || pending.size) return;
  try {
    const told = await ask(form.dataset.check + location.search, "{}");
    for (const [name, select] of cells) {
      if (pending.has(name) || unsettled.has(name)) continue;
      setState(select, ...(told.cells[name] || [null]));
    }
    document.getElementById("checked").textContent = told.words;
    const numbers = document.querySelectorAll(".ks-counts__item");
    [told.complete, told.missing, told.red, told.amber].forEach((number, at) => {
      const item = numbers[at + 1];
      item.querySelector(".ks-counts__number").textContent = number;
      if (at) item.className = `ks-counts__item ks-counts__item--${number ? (at === 3 ? "warning" : "blocker") : "good"}`;
    });
  } catch {
    // The numbers stay as they were; the next save asks again.
  }
}

function count(number) {
  return number === 1 ? "1 judgement" : `${number} judgements`;
}

function place(select) {
  const row = rows.findIndex((one) => one.includes(select));
  return [row, rows[row].indexOf(select)];
}

// The next cell in a direction that can be filled.
function move(select, down, right) {
  let [row, column] = place(select);
  do {
    row += down;
    column += right;
    if (!rows[row] || column < 0 || column >= rows[row].length) return;
  } while (!rows[row][column]);
  rows[row][column].focus();
}

const KEYS = {
  ArrowDown: (select) => move(select, 1, 0),
  ArrowUp: (select) => move(select, -1, 0),
  ArrowLeft: (select) => move(select, 0, -1),
  ArrowRight: (select) => move(select, 0, 1),
  Enter: (select, shift) => move(select, shift ? -1 : 1, 0),
  Delete: (select) => choose(select, ""),
  Backspace: (select) => choose(select, ""),
  Escape: (select) => choose(select, seen[select.dataset.cell][1]),
};

function choose(select, code) {
  select.value = code;
  changed(select);
}

form.addEventListener("keydown", (event) => {
  const select = event.target;
  if (!cells.has(select.dataset?.cell) || event.ctrlKey || event.metaKey) return;
  if (event.key === " " || event.key === "F4" || (event.altKey && event.key.startsWith("Arrow"))) {
    listOpen = true;
  } else if (listOpen) {
    listOpen = !["Enter", "Escape", "Tab"].includes(event.key);
  } else if (KEYS[event.key] && !event.altKey) {
    event.preventDefault();
    KEYS[event.key](select, event.shiftKey);
  }
});
form.addEventListener("mousedown", (event) => {
  listOpen = cells.has(event.target.dataset?.cell);
});
form.addEventListener("focusout", () => {
  listOpen = false;
});
form.addEventListener("change", (event) => {
  listOpen = false;
  if (cells.has(event.target.dataset?.cell)) changed(event.target);
});

document.addEventListener("copy", (event) => {
  const select = document.activeElement;
  if (!cells.has(select?.dataset?.cell) || !getSelection().isCollapsed) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", select.value);
});

document.addEventListener("paste", (event) => {
  const select = document.activeElement;
  if (!cells.has(select?.dataset?.cell)) return;
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  const [row, column] = place(select);
  let used = 0;
  let lost = 0;
  text.split(/\r?\n/).forEach((line, down) => {
    line.split("\t").forEach((value, right) => {
      const typed = value.trim().toUpperCase();
      if (!typed) return;
      const target = rows[row + down]?.[column + right];
      const option = target && [...target.options].find((one) => one.value.toUpperCase() === typed);
      if (option) {
        choose(target, option.value);
        used += 1;
      } else {
        lost += 1;
        if (target) setState(target, "fault", `${typed.slice(0, 20)} was pasted and is not a code of this subject.`);
      }
    });
  });
  tell(`Pasted: ${count(used)}.${lost ? ` Not used: ${lost}, because there is no such code or no cell for it.` : ""}`);
});

form.addEventListener("submit", () => {
  leaving = true;
  seenField.value = JSON.stringify(seen);
});
addEventListener("beforeunload", (event) => {
  if (!leaving && (pending.size || unsettled.size || sending)) event.preventDefault();
});
addEventListener("online", save);
addEventListener("focus", () => {
  if (wait && pending.size) save();
});

function toCell() {
  const select = document.getElementById(location.hash.slice(1));
  if (select && cells.has(select.dataset.cell)) select.focus();
}
addEventListener("hashchange", toCell);
toCell();
document.getElementById("sheet-keys").hidden = false;
