(() => {
"use strict";
/* a store through time: drag the day, and the results follow; without this script the form asks as always */
const form = document.querySelector("form[data-live]");
if (!form) return;
const slider = form.querySelector("input[type=range]"), day = form.querySelector("input[type=date]");
const DAY = 864e5, first = Date.parse(slider.dataset.from), last = Date.parse(slider.dataset.to);
const date = (n) => new Date(first + n * DAY).toISOString().slice(0, 10);
slider.max = Math.round((last - first) / DAY);
const place = () => {
  slider.value = day.value ? Math.round((Date.parse(day.value) - first) / DAY) : slider.max;
  slider.setAttribute("aria-valuetext", day.value || "today");
};
let timer = 0, asked = 0;
async function show() {
  const url = new URL(form.action), number = ++asked;
  url.search = new URLSearchParams(new FormData(form));
  const answer = await fetch(url);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (number !== asked) return; // a later answer is on its way
  for (const id of ["results", "beside"]) document.getElementById(id).replaceWith(page.getElementById(id));
  history.replaceState(null, "", url);
}
const soon = () => { clearTimeout(timer); timer = setTimeout(show, 200); };
slider.addEventListener("input", () => {
  day.value = Number(slider.value) >= Number(slider.max) ? "" : date(Number(slider.value));
  slider.setAttribute("aria-valuetext", day.value || "today");
  soon();
});
day.addEventListener("change", () => { place(); soon(); });
place();
slider.closest("label").hidden = false;
})();
