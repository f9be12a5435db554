// What the admin's theme leaves without a name: the field of a choice that is searched, and the
// parts of a page that scroll by themselves.
function nameFields() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const shown = select.nextElementSibling?.querySelectorAll("[role=combobox], [role=textbox]");
    const label = document.querySelector(`label[for="${select.id}"]`);
    if (!shown || !label) continue;
    label.id ||= `${select.id}-label`;
    for (const field of shown) field.setAttribute("aria-labelledby", label.id);
  }
}

function nameParts() {
  for (const part of document.querySelectorAll(".simplebar-content-wrapper")) {
    const name = part.closest("#nav-sidebar")
      ? "All parts"
      : part.closest("#changelist-filter")
        ? "Filters"
        : "Table";
    part.setAttribute("aria-label", name);
  }
}

addEventListener("load", () => {
  nameFields();
  nameParts();
  // The searched choices come a moment later, and with every row that is added.
  new MutationObserver(nameFields).observe(document.body, { childList: true, subtree: true });
});
