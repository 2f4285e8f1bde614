// Puts the explorers of a page to life, each where its picture stands. A classic script, so that pages work from
// a folder, too: browsers load no modules there. `descent` holds what explorer.js and recorded.js export.
(() => {
  const places = (name) => document.querySelectorAll(`.descent-place[data-recording="${name}"]`);

  // What is folded says itself what it holds; a name of its own would hide that from a screen reader.
  document.addEventListener("DOMContentLoaded", () => {
    for (const summary of document.querySelectorAll("summary[aria-label]")) summary.removeAttribute("aria-label");
    // What is wider than its column can be moved sideways by the keyboard, too.
    for (const wide of document.querySelectorAll(".bd-article :is(table, pre)"))
      if (wide.scrollWidth > wide.clientWidth + 1) wide.tabIndex = 0;
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
