(() => {
  const button = document.getElementById("code");
  const blocks = document.querySelectorAll("details.code");
  if (!button || !blocks.length) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.textContent === "Show all code";
    blocks.forEach((block) => { block.open = open; });
    button.textContent = open ? "Hide all code" : "Show all code";
  });
})();
