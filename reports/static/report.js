(() => {
"use strict";
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const root = document.documentElement;
root.classList.add("js");

const remember = (key, value) => { try { if (value === undefined) return localStorage.getItem(key); localStorage.setItem(key, value); } catch { /* private window */ } return null; };

/* light and dark */
const saved = remember("claimcast-theme");
if (saved === "dark" || saved === "light") root.dataset.theme = saved;
$("#theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  remember("claimcast-theme", root.dataset.theme);
});

/* claims: filter, search, order */
const list = $("#list");
const words = (card) => { // what is searched: all of the card, but of the words around the statement nothing
  const spoken = $(".spoken", card);
  return card.textContent.replace(spoken.textContent, $("mark", spoken).textContent).toLowerCase().replace(/\s+/g, " ");
};
const entries = $$(".claim", list).map((card, rank) => ({
  card, rank, id: card.id.slice(2), position: Number(card.dataset.position), data: card.dataset,
  get text() { return this.read ??= words(this.card); }, // read when it is first searched
  glance: null, mark: null,
}));
const byId = new Map(entries.map((entry) => [entry.id, entry]));
for (const item of $$(".glance li[data-for]")) { const entry = byId.get(item.dataset.for); if (entry) entry.glance = item; }
for (const link of $$(".lane a")) { const entry = byId.get(link.getAttribute("href").slice(3)); if (entry) entry.mark = link; }

const toggles = $$(".toggle"), query = $("#q"), speaker = $("#speaker"), topic = $("#topic"), level = $("#level"), order = $("#order");
const state = () => ({
  kinds: toggles.filter((b) => b.dataset.kind && b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.kind),
  changed: toggles.some((b) => b.dataset.changed && b.getAttribute("aria-pressed") === "true"),
  words: query.value.toLowerCase().split(/\s+/).filter(Boolean), speaker: speaker.value, topic: topic.value, level: level.value,
});
let visible = entries.slice();

function fits(entry, now) {
  return (!now.kinds.length || now.kinds.includes(entry.data.kind)) && (!now.changed || entry.data.changed === "1")
    && (!now.topic || entry.data.topics.split("|").includes(now.topic))
    && (!now.speaker || entry.data.speaker === now.speaker) && (!now.level || entry.data.level === now.level)
    && now.words.every((word) => entry.text.includes(word));
}
function apply() {
  const now = state();
  let shown = 0;
  for (const entry of entries) {
    const fit = fits(entry, now);
    shown += fit;
    entry.card.hidden = !fit;
    if (entry.glance) entry.glance.hidden = !fit;
    if (entry.mark) entry.mark.classList.toggle("off", !fit);
  }
  visible = entries.filter((entry) => !entry.card.hidden);
  const filtered = shown !== entries.length;
  $("#shown").textContent = filtered ? `${shown} of ${entries.length} claims` : `${entries.length} claims`;
  $("#none").hidden = shown > 0 || !entries.length;
  $(".shown [data-reset]").hidden = !filtered;
}
function arrange() {
  entries.sort(order.value === "time" ? (a, b) => a.position - b.position : (a, b) => a.rank - b.rank);
  list.append(...entries.map((entry) => entry.card));
  const glance = $(".glance ol");
  glance.append(...entries.map((entry) => entry.glance).filter(Boolean));
  apply();
}
function reset() {
  for (const button of toggles) button.setAttribute("aria-pressed", "false");
  query.value = speaker.value = topic.value = level.value = "";
  apply();
}
for (const button of toggles) button.addEventListener("click", () => {
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  apply();
});
$("#filters").addEventListener("submit", (event) => event.preventDefault());
query.addEventListener("input", apply);
speaker.addEventListener("change", apply);
topic.addEventListener("change", apply);
level.addEventListener("change", apply);
order.addEventListener("change", arrange);
for (const button of $$("[data-reset]")) button.addEventListener("click", reset);

/* where the reader is */
let here = null;
function settle(entry) {
  for (const old of $$(".now")) old.classList.remove("now");
  here = entry;
  if (!entry) return;
  entry.card.classList.add("now");
  entry.glance?.classList.add("now");
  entry.mark?.classList.add("now");
  $(`#t-${CSS.escape(entry.id)}`)?.classList.add("now");
}
function go(entry) {
  if (entry.card.hidden) reset();
  settle(entry);
  entry.card.scrollIntoView({ block: "start" });
  entry.card.focus({ preventScroll: true });
}
function step(by) {
  if (!visible.length) return;
  const at = visible.indexOf(here);
  let next = at + by;
  if (at < 0) {
    const below = visible.findIndex((entry) => entry.card.getBoundingClientRect().top > 8);
    next = below < 0 ? visible.length - 1 : by > 0 ? below : Math.max(0, below - 1);
  }
  go(visible[Math.min(Math.max(next, 0), visible.length - 1)]);
}
function arrive() {
  const hash = decodeURIComponent(location.hash);
  const entry = hash.startsWith("#c-") ? byId.get(hash.slice(3)) : hash.startsWith("#t-") ? byId.get(hash.slice(3)) : null;
  if (hash.startsWith("#e-")) { const target = document.getElementById(hash.slice(1)); target?.closest("details")?.setAttribute("open", ""); target?.scrollIntoView({ block: "center" }); return; }
  if (!entry) return;
  if (hash.startsWith("#c-")) { if (entry.card.hidden) { reset(); entry.card.scrollIntoView(); } settle(entry); } else settle(entry);
}
addEventListener("hashchange", arrive);

/* play from a second, stop at the end of the statement */
const player = $("#player"), audio = $("#audio");
let until = null, button = null;
function stop() { audio.pause(); button?.classList.remove("on"); button = null; }
function play(link) {
  if (button === link) return stop();
  button?.classList.remove("on");
  button = link;
  link.classList.add("on");
  player.hidden = false;
  until = link.dataset.end ? Number(link.dataset.end) + 0.25 : null;
  $("#playing").textContent = link.closest(".claim")?.querySelector(".spoken mark")?.textContent ?? "Transcript";
  audio.currentTime = Number(link.dataset.start);
  audio.play().catch(() => { $("#playing").textContent = "This browser can't play the audio beside this page."; link.classList.remove("on"); });
}
if (audio) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.play");
    if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); play(link); }
  });
  const axis = $("#axis"), seconds = Number(axis.dataset.seconds);
  const head = document.createElementNS("http://www.w3.org/2000/svg", "line");
  head.setAttribute("class", "playhead"); head.setAttribute("y1", "-130"); head.setAttribute("y2", "0"); head.style.display = "none";
  axis.append(head);
  const places = $$(".para[data-start]").map((node) => [Number(node.dataset.start), node]);
  audio.addEventListener("timeupdate", () => {
    if (until !== null && audio.currentTime >= until) { until = null; stop(); }
    if (seconds) { const x = `${Math.min(100, audio.currentTime / seconds * 100)}%`; head.setAttribute("x1", x); head.setAttribute("x2", x); head.style.display = ""; }
    const current = places.findLast(([start]) => start <= audio.currentTime + 0.05)?.[1];
    for (const [, node] of places) node.classList.toggle("now", node === current && !audio.paused);
  });
  audio.addEventListener("ended", stop);
  $("#close").addEventListener("click", () => { stop(); player.hidden = true; });
}

/* keys */
const help = $("#help"), shortcuts = $("#shortcuts");
shortcuts.checked = remember("claimcast-keys") !== "off";
shortcuts.addEventListener("change", () => remember("claimcast-keys", shortcuts.checked ? "on" : "off"));
$("#keys").addEventListener("click", () => help.showModal());
function between() {
  if (!here) return;
  const said = $(`#t-${CSS.escape(here.id)}`);
  if (!said) return;
  const inTranscript = document.activeElement === said;
  if (inTranscript) return go(here);
  said.scrollIntoView({ block: "center" });
  said.focus({ preventScroll: true });
}
const keys = {
  j: () => step(1), k: () => step(-1), t: between, g: () => { settle(null); scrollTo({ top: 0 }); }, "?": () => help.showModal(),
  "/": () => { query.scrollIntoView({ block: "center" }); query.focus(); },
  p: () => { const link = here && $("a.play", here.card); if (link && audio) play(link); },
};
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement === query) { query.value = ""; query.blur(); apply(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || !shortcuts.checked || help.open) return;
  if (event.target.closest("input:not([type=checkbox]),select,textarea")) return;
  const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
  if (act) { event.preventDefault(); act(); }
});

/* print shows everything */
const closed = [];
addEventListener("beforeprint", () => { for (const node of $$("details:not([open])")) { closed.push(node); node.open = true; } });
addEventListener("afterprint", () => { for (const node of closed.splice(0)) node.open = false; });

if (matchMedia("(max-width: 71.99rem)").matches) $(".glance details").open = entries.length <= 24;
apply();
arrive();
})();
