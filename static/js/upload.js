// Files on their way show how far they are. Without scripts the form is sent as it is.
document.querySelectorAll("form[data-upload]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const told = form.querySelector(".upload-progress");
    const [bar, says] = [told.querySelector("progress"), told.querySelector("[role=status]")];
    const request = new XMLHttpRequest();
    told.hidden = false;
    says.textContent = "On its way…";
    request.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable) return;
      bar.value = sent.loaded / sent.total;
      says.textContent =
        sent.loaded < sent.total ? `${Math.floor(bar.value * 100)} %` : "Looking through it…";
    });
    request.addEventListener("load", () => {
      if (request.responseURL && request.responseURL !== window.location.href) {
        window.location.assign(request.responseURL);
        return;
      }
      document.open();
      document.write(request.responseText);
      document.close();
    });
    request.addEventListener("error", () => {
      says.textContent = "The line broke. Nothing was brought; try again.";
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => {
        button.removeAttribute("aria-disabled");
        button.classList.remove("disabled");
      });
    });
    request.open("POST", form.action || window.location.href);
    request.send(new FormData(form));
  });
});
