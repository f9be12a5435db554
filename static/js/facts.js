// A fact's form shows what belongs to the kind chosen, and a determination's the facts of the person
// chosen. What is not shown is not sent. Without this, everything is there, and the portal says what
// does not belong.
addEventListener("load", () => {
  const kind = document.querySelector("[data-particulars]");
  const boxes = [...document.querySelectorAll("[data-person]")];
  const person = document.getElementById("id_person");

  const show = (part, shown) => {
    part.hidden = !shown;
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !shown;
  };

  const showParticulars = () => {
    const asked = JSON.parse(kind.dataset.particulars);
    const known = new Set(Object.values(asked).flat());
    for (const name of known) {
      const part = document.querySelector(`.field-line.field-${name}`);
      if (part) show(part, (asked[kind.value] ?? []).includes(name) || (!kind.value && name === "until"));
    }
    for (const line of document.querySelectorAll(".form-row, .field-row")) {
      const parts = [...line.querySelectorAll(".field-line")];
      if (parts.length) line.hidden = parts.every((part) => part.hidden);
    }
    for (const group of document.querySelectorAll("fieldset.module")) {
      const parts = [...group.querySelectorAll(".field-line")];
      group.hidden = parts.length > 0 && parts.every((part) => part.hidden);
    }
  };

  const showFacts = () => {
    for (const box of boxes) {
      const mine = box.dataset.person === person.value;
      box.closest("div").hidden = !mine;
      box.disabled = !mine;
    }
    document.querySelector(".field-line.field-facts").dataset.none = boxes.some((box) => !box.disabled)
      ? ""
      : person.value
        ? "No confirmed fact about this person is on record."
        : "Choose the person first.";
  };

  if (kind) {
    kind.addEventListener("change", showParticulars);
    showParticulars();
  }
  if (boxes.length && person) {
    // The searched choice tells of a change by the theme's own library.
    django.jQuery(person).on("change", showFacts);
    showFacts();
  }
});
