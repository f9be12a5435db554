// Files on their way show how far they are. Without scripts the form is sent as it is.
const rest = (form, sent) => {
  if (sent) form.dataset.sent = "yes";
  else delete form.dataset.sent;
  form.querySelectorAll("[type=submit]").forEach((button) => {
    button.classList.toggle("disabled", sent);
    button.toggleAttribute("aria-disabled", sent);
  });
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || event.defaultPrevented) return;
  event.preventDefault();
  const told = form.querySelector(".upload-progress");
  const [bar, says] = [told.querySelector("progress"), told.querySelector("[role=status]")];
  const request = new XMLHttpRequest();
  const stay = (words) => {
    says.textContent = words;
    bar.value = 0;
    rest(form, false);
  };
  told.hidden = false;
  says.textContent = "On its way…";
  request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
    if (!lengthComputable) return;
    bar.value = loaded / total;
    says.textContent = loaded < total ? `${Math.floor(bar.value * 100)} %` : "Keeping it…";
  });
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("X-Next");
    if (next) {
      window.location.assign(next);
      return;
    }
    // What was not taken is said on the page, and what was typed stays.
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = request.status === 200 && page.querySelector("main");
    if (main) {
      document.querySelector("main").replaceWith(main);
      // What was taken is followed from here on.
      window.htmx?.process(main);
    } else stay("That did not work. Load the page again; what was brought shows in its list.");
  });
  request.addEventListener("error", () => stay("The line broke. Try again."));
  request.open("POST", window.location.href);
  request.setRequestHeader("X-Upload", "yes");
  request.send(new FormData(form));
});
