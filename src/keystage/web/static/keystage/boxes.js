// Boxes of a long list: shift with a click takes all of them between, and the number chosen follows.
// The page works without this script.
const boxes = [...document.querySelectorAll("table input[type=checkbox]")];
const told = document.querySelector("[data-chosen]");
const elsewhere = Number(told?.dataset.chosen) - boxes.filter((box) => box.defaultChecked).length;
let last = -1;

function tell() {
  if (told) {
    const chosen = elsewhere + boxes.filter((box) => box.checked).length;
    told.textContent = `${chosen} of ${told.dataset.total} pupils`;
  }
}

boxes.forEach((box, at) => {
  box.addEventListener("click", (event) => {
    if (event.shiftKey && last >= 0) {
      for (const one of boxes.slice(Math.min(last, at), Math.max(last, at) + 1)) {
        one.checked = box.checked;
      }
    }
    last = at;
    tell();
  });
});
tell();
