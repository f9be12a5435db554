// A few comforts. Every page works without them.

// A binding act is sent once: its buttons rest from the first press until the answer is here.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // The pressed button's own value travels with the form, so it is put to rest only afterwards.
  setTimeout(() => form.querySelectorAll("[type=submit]").forEach((button) => {
    button.setAttribute("aria-disabled", "true");
    button.classList.add("disabled");
  }));
});

// Whoever comes back to such a page with the browser's own button may press again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => {
      button.removeAttribute("aria-disabled");
      button.classList.remove("disabled");
    });
  });
});

// The part marked data-live (see templates/_live.html) asks for news while someone looks, often
// enough that two seconds never pass without. An answer without news changes nothing.
function askForNews() {
  if (document.visibilityState !== "visible" || !window.htmx) return;
  document.querySelectorAll("[data-live]:not(.htmx-request)").forEach((part) => {
    window.htmx.trigger(part, "news");
  });
}
setInterval(askForNews, 1500);
document.addEventListener("visibilitychange", askForNews);
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.elt.matches("[data-live]")) return;
  const status = event.detail.xhr.status;
  document.body.classList.toggle("no-news", !event.detail.successful);
  // Whoever may not read the page any more has it no longer on the screen.
  if (status === 403 || status === 404) window.location.reload();
});

// Forms marked hx-preserve stay as they are while something typed into them has not been sent.
const isTyped = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.value !== field.defaultValue;
};
const isBeingWritten = (form) =>
  [...form.querySelectorAll("input:not([type=hidden]), textarea, select")].some(isTyped);
let pressed = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (!part.matches("[data-live]")) return;
  for (const form of part.querySelectorAll("form[hx-preserve]")) {
    if (!isBeingWritten(form)) form.removeAttribute("id");
    // Its page has no place for it any more: what was typed there is worth more than the news.
    else if (!event.detail.serverResponse.includes(`id="${form.id}"`)) event.detail.shouldSwap = false;
  }
  pressed = part.contains(document.activeElement) ? document.activeElement.outerHTML : null;
});

// Whoever steers with the keyboard stays where they were, if that is still there.
document.addEventListener("htmx:afterSwap", () => {
  if (!pressed || document.activeElement !== document.body) return;
  const same = [...document.querySelectorAll("#live a, #live button")].find(
    (one) => one.outerHTML === pressed,
  );
  same?.focus({ preventScroll: true });
  pressed = null;
});

// A press elsewhere, or Escape, closes what was folded out over the page.
const foldedOut = "details.more[open], details.as-of[open]";
document.addEventListener("click", (event) => {
  document.querySelectorAll(foldedOut).forEach((details) => {
    if (!details.contains(event.target)) details.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(foldedOut).forEach((details) => {
    details.open = false;
    details.querySelector("summary").focus();
  });
});
