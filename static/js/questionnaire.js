// The yearly questions save themselves while one types. Without this file a button does it.

// What cannot be is marked for whoever listens to the page, as it is for whoever sees it.
function markWrong(slot) {
  const field = document.getElementById(slot.id.replace(/-error$/, ""));
  if (!field) return;
  if (slot.textContent.trim()) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll(".wrong").forEach(markWrong);
});

// Whoever types is told when the portal did not hear it, and that nothing on the page is lost.
function notSaved() {
  const saved = document.getElementById("saved");
  if (saved) saved.textContent = "Not saved just now. What you typed is still here; press the button.";
}
document.addEventListener("htmx:sendError", notSaved);
document.addEventListener("htmx:responseError", notSaved);

// A line that was added is where one goes on typing.
document.addEventListener("htmx:afterSwap", (event) => {
  const pressed = event.detail.requestConfig && event.detail.requestConfig.elt;
  if (!pressed || pressed.name !== "one_more") return;
  const lines = document.querySelectorAll(`#${pressed.value}-lines .line`);
  const field = lines.length && lines[lines.length - 1].querySelector("input, select, textarea");
  if (field) field.focus();
});
