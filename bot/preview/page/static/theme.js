// Runs before the first paint: the chosen colours, and the button that changes them.
(() => {
  const root = document.documentElement;
  const names = { auto: "as the system", light: "light", dark: "dark" };
  const stored = () => { try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; } };
  const apply = (theme) => {
    if (theme === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    const button = document.getElementById("theme");
    if (button) button.setAttribute("aria-label", `Colours: ${names[theme]}`);
  };
  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    apply(stored());
    document.getElementById("theme").addEventListener("click", () => {
      const order = ["auto", "light", "dark"];
      const next = order[(order.indexOf(stored()) + 1) % order.length];
      try { localStorage.setItem("theme", next); } catch { /* a private window: it holds until the page goes */ }
      apply(next);
    });
  });
})();
