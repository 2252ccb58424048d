// Says at once why a page will stay empty: the server refuses circuits of origins that are not its own.
(() => {
  const message = document.getElementById("wrong-origin");
  if (message.dataset.origins.split(" ").includes(location.origin)) return;
  message.querySelector("[data-here]").textContent = location.origin;
  message.hidden = false;
  document.querySelector(".boot")?.remove();
})();
