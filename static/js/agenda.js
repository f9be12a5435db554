// The admin's theme renumbers the rows below one that is taken off by writing their markup anew, and
// markup forgets what was typed. So it is told first: whatever a row holds is put into its markup.
document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest(".delete-template")) return;
    for (const field of event.target.closest(".formset").querySelectorAll("input, option")) {
      if (field.tagName === "OPTION") field.toggleAttribute("selected", field.selected);
      else if (field.type === "checkbox") field.toggleAttribute("checked", field.checked);
      else field.setAttribute("value", field.value);
    }
  },
  true,
);
