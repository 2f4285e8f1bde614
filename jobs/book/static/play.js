// Puts the explorers of a page to life, each where its picture stands. A classic script, so that pages work from
// a folder, too: browsers load no modules there. `descent` holds what explorer.js and recorded.js export.
(() => {
  const places = (name) => document.querySelectorAll(`.descent-place[data-recording="${name}"]`);

  // What is folded says itself what it holds; a name of its own would hide that from a screen reader.
  document.addEventListener("DOMContentLoaded", () => {
    for (const summary of document.querySelectorAll("summary[aria-label]")) summary.removeAttribute("aria-label");
    // What is wider than its column can be moved sideways by the keyboard, too.
    const sizes = new ResizeObserver((seen) => {
      for (const { target } of seen)
        if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
    });
    for (const wide of document.querySelectorAll(".bd-article :is(table, pre, .descent-wide)")) sizes.observe(wide);
  });

  // Paper is white: a dark page is printed in the light colors.
  const page = document.documentElement.dataset;
  let theme;
  addEventListener("beforeprint", () => {
    theme ??= page.theme;
    page.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.theme = theme;
    theme = undefined;
  });

  window.descentPlay = (name, base64) => {
    for (const place of places(name)) {
      descent.recorded(base64).then((model) => {
        place.replaceChildren();
        descent.render({ model, el: place });
        place.dataset.alive = "yes";
      });
    }
  };
})();
