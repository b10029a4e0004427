// Before a silence ends the session it asks whether the person is still there. Any page that is
// opened, and any answer to the mark sheet, begins the silence anew, in every window.
const dialog = document.getElementById("idle");
const form = dialog.querySelector("form");
const left = dialog.querySelector("[data-left]");
const LIMIT = Number(dialog.dataset.seconds) * 1000;
const WARN = Math.min(120000, LIMIT / 2);
const SEEN = "keystage-seen";
let leaving = false;

// Asks for the page anew, once: who is signed out by then comes to the sign-in page.
function leave() {
  if (!leaving) location.assign(location.href);
  leaving = true;
}

function heard() {
  localStorage.setItem(SEEN, String(Date.now()));
  look();
}

function look() {
  const rest = Number(localStorage.getItem(SEEN)) + LIMIT - Date.now();
  if (rest <= 0) {
    leave();
  } else if (rest <= WARN) {
    const minutes = Math.ceil(rest / 60000);
    left.textContent = minutes === 1 ? "1 minute" : `${minutes} minutes`;
    if (!dialog.open) dialog.showModal();
  } else if (dialog.open) {
    dialog.close();
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(form.action);
    if (answer.status === 204) return heard();
  } catch {
    // Without a connection the page is asked for, which says so.
  }
  leave();
});
document.addEventListener("keystage:heard", heard);
document.addEventListener("visibilitychange", look);
setInterval(look, 10000);
heard();
