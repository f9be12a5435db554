// When a device does not give its key, the page says so instead of standing still.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-refused]").forEach((sentence) => {
    sentence.hidden = false;
  });
});
