// Three small comforts. Every page works without them.

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

// Parts marked data-live (with hx-get and hx-trigger="news") ask for news while someone looks.
function askForNews() {
  if (document.visibilityState !== "visible" || !window.htmx) return;
  document.querySelectorAll("[data-live]").forEach((part) => window.htmx.trigger(part, "news"));
}
setInterval(askForNews, 15000);
document.addEventListener("visibilitychange", askForNews);
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches("[data-live]")) {
    document.body.classList.toggle("no-news", !event.detail.successful);
  }
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
