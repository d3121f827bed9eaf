// Runs before the first drawing, so that no page flashes in the wrong colours. See theme.js for the switch.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const kept = () => { try { return localStorage.getItem("samovar-theme"); } catch { return null; } };
  const apply = () => {
    const wanted = kept();
    root.dataset.theme = ["light", "dark"].includes(wanted) ? wanted : dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("samovar-theme", apply);
})();
