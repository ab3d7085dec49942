(() => {
"use strict";
/* a store through time: dragging the slider sets the day beside it, and the form asks again; it asks as always without this */
const DAY = 864e5;
for (const slider of document.querySelectorAll(".days input[type=range]")) {
  const day = slider.form.querySelector("input[type=date]");
  const first = Date.parse(slider.dataset.from), last = Date.parse(slider.dataset.to);
  const date = (n) => new Date(first + n * DAY).toISOString().slice(0, 10);
  slider.max = Math.round((last - first) / DAY);
  const place = () => {
    slider.value = day.value ? Math.round((Date.parse(day.value) - first) / DAY) : slider.max;
    slider.setAttribute("aria-valuetext", day.value || "today");
  };
  slider.addEventListener("input", () => {
    day.value = Number(slider.value) >= Number(slider.max) ? "" : date(Number(slider.value));
    slider.setAttribute("aria-valuetext", day.value || "today");
    day.dispatchEvent(new Event("change", { bubbles: true }));
  });
  slider.addEventListener("change", (event) => event.stopPropagation()); // its day has said it already
  day.addEventListener("change", place);
  place();
  slider.closest("label").hidden = false;
}
/* on a narrow screen the facets begin folded, and stay as the reader left them when the list is changed */
const narrow = matchMedia("(max-width: 59.99rem)");
let folded = narrow.matches;
const fold = () => {
  const facets = document.querySelector(".facets details");
  if (!facets) return;
  facets.open = !(folded && narrow.matches);
  facets.addEventListener("toggle", () => { folded = !facets.open; });
};
document.addEventListener("htmx:after:swap", fold);
narrow.addEventListener("change", fold);
fold();
})();
