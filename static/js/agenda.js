// An agenda is put in order by hand: a line is dragged by its handle or moved by its two buttons, and
// its number follows. Without scripts the numbers are typed. How much is allotted is told at once.

const linesOf = (agenda) => [...agenda.querySelectorAll(":scope > .form-group:not(.empty-form)")];
const field = (line, name) => line.querySelector(`[name$="-${name}"]`);
const isTaken = (line) => line.classList.contains("original") || field(line, "title")?.value.trim();
const isGone = (line) => field(line, "DELETE")?.checked;

function numberLines(agenda) {
  linesOf(agenda)
    .filter((line) => isTaken(line) && !isGone(line))
    .forEach((line, index) => {
      field(line, "order").value = index + 1;
    });
}

// Sorted by what `key` says of each line; lines of which it says nothing stay last.
function sortLines(agenda, key) {
  const rest = agenda.querySelector(":scope > .empty-form");
  linesOf(agenda)
    .map((line) => [key(line) || Infinity, line])
    .sort(([one], [other]) => (one === other ? 0 : one - other))
    .forEach(([, line]) => agenda.insertBefore(line, rest));
}
const typedNumber = (line) => Number(field(line, "order").value);
const nameNumber = (line) => Number(field(line, "order").name.match(/-(\d+)-/)[1]) + 1;

// The neighbour moves across, so that the line itself keeps the focus and the pointer.
function moveLine(line, step) {
  const agenda = line.parentElement;
  const lines = linesOf(agenda);
  const neighbour = lines[lines.indexOf(line) + step];
  if (!neighbour) return;
  agenda.insertBefore(neighbour, step < 0 ? line.nextSibling : line);
  agenda.dataset.moved = "yes";
  numberLines(agenda);
}

function tellPlace(line) {
  const lines = linesOf(line.parentElement);
  const told = line.closest(".formset-wrapper").querySelector(".agenda-told");
  told.textContent = `Now line ${lines.indexOf(line) + 1} of ${lines.length}.`;
}

function tellTotal(agenda) {
  const told = agenda.closest(".formset-wrapper").querySelector(".agenda-total");
  const total = linesOf(agenda)
    .filter((line) => !isGone(line) && isTaken(line))
    .reduce((sum, line) => sum + (Number(field(line, "minutes").value) || 0), 0);
  const length = Number(document.querySelector("#id_minutes")?.value || agenda.dataset.minutes);
  const over = length ? total - length : 0;
  const says = length ? `${total} of ${length} minutes allotted.` : `${total} minutes allotted.`;
  const longer = ` The items take ${over} minute${over === 1 ? "" : "s"} longer than the meeting.`;
  const words = says + (over > 0 ? longer : "");
  if (told.textContent !== words) told.textContent = words;
  told.classList.toggle("font-semibold", over > 0);
}

function drag(handle, event) {
  const line = handle.closest(".form-group");
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  line.classList.add("dragged");
  const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
  const follow = ({ clientY }) => {
    const lines = linesOf(line.parentElement);
    const here = lines.indexOf(line);
    if (lines[here - 1] && clientY < middle(lines[here - 1])) moveLine(line, -1);
    else if (lines[here + 1] && clientY > middle(lines[here + 1])) moveLine(line, 1);
  };
  const end = () => {
    line.classList.remove("dragged");
    handle.removeEventListener("pointermove", follow);
    tellPlace(line);
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("lostpointercapture", end, { once: true });
}

function addHandles(line) {
  const order = line.querySelector(".agenda-order");
  if (!order || order.querySelector(".agenda-move")) return;
  const controls = document.querySelector("#agenda-move").content.cloneNode(true);
  const title = field(line, "title");
  for (const button of controls.querySelectorAll("button")) {
    button.addEventListener("focus", () => {
      button.setAttribute("aria-label", `Move ${button.dataset.words}: ${title.value || "new line"}`);
    });
  }
  order.append(controls);
}

function startAgenda(agenda) {
  if (!agenda.querySelector("[name$='-order']")) return;
  linesOf(agenda).forEach(addHandles);
  sortLines(agenda, typedNumber);
  tellTotal(agenda);
  agenda.addEventListener("click", (event) => {
    const button = event.target.closest(".agenda-move button");
    if (!button) return;
    const line = button.closest(".form-group");
    moveLine(line, Number(button.dataset.step));
    tellPlace(line);
    line.scrollIntoView({ block: "nearest" });
  });
  agenda.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".agenda-handle");
    if (handle && event.button === 0) drag(handle, event);
  });
  agenda.closest("form").addEventListener("submit", () => {
    if (agenda.dataset.moved) numberLines(agenda);
  });
  const tell = () => tellTotal(agenda);
  agenda.closest("form").addEventListener("input", tell);
  agenda.closest("form").addEventListener("change", tell);
  document.addEventListener("formset:removed", tell);
  document.addEventListener("formset:added", () => linesOf(agenda).forEach(addHandles));
}

addEventListener("load", () => document.querySelectorAll(".formset.agenda").forEach(startAgenda));

// The admin's theme renumbers the rows below one that is taken off by writing their markup anew, and
// markup forgets what was typed. So it is told first: whatever a row holds is put into its markup,
// and the rows stand as they are named until that is done.
document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest(".delete-template")) return;
    const agenda = event.target.closest(".formset");
    for (const input of agenda.querySelectorAll("input, option")) {
      if (input.tagName === "OPTION") input.toggleAttribute("selected", input.selected);
      else if (input.type === "checkbox") input.toggleAttribute("checked", input.checked);
      else input.setAttribute("value", input.value);
    }
    const shown = linesOf(agenda);
    sortLines(agenda, nameNumber);
    setTimeout(() => {
      for (const line of linesOf(agenda)) {
        line.querySelectorAll(".agenda-move").forEach((controls) => controls.remove());
        addHandles(line);
      }
      sortLines(agenda, (line) => shown.indexOf(line) + 1);
    });
  },
  true,
);
