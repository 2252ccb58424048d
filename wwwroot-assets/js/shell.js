// What the shell needs of the browser. One module, started once by MainLayout.
let shell = null;
let pending = null;

export function facts() {
  return window.observatoryReader.apply();
}

export function start(reference) {
  shell = reference;
  document.querySelector(".boot")?.remove();
}

export function stop() {
  shell = null;
}

export function keep(change) {
  window.observatoryReader.write(change);
  return window.observatoryReader.apply();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http on a network address has no clipboard: the old way still works there.
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export function copyHere(path) {
  return copy(new URL(path, location.origin).href);
}

export function download(name, type, text) {
  save(name, `data:${type};charset=utf-8,${encodeURIComponent(text)}`);
}

export function save(name, href) {
  const link = Object.assign(document.createElement("a"), { href, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

export function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

export function close(id) {
  document.getElementById(id)?.close();
}

export function hide(id) {
  const panel = document.getElementById(id);
  if (panel?.matches(":popover-open")) panel.hidePopover();
}

export function follow(selector) {
  document.querySelector(selector)?.click();
}

// Whether the start of a list is in sight: decides whether new rows may come in or have to wait.
export function watch(element, reference) {
  const observer = new IntersectionObserver(entries => reference.invokeMethodAsync("Seen", entries.at(-1).isIntersecting).catch(() => {}));
  observer.observe(element);
  return { stop: () => observer.disconnect() };
}

export function toTop(selector) {
  for (const element of document.querySelectorAll(selector)) element.scrollTop = 0;
}

// Theme: the circuit learns what "system" came to.
addEventListener("observatory-theme", e => shell?.invokeMethodAsync("ThemeApplied", e.detail.theme, e.detail.dark).catch(() => {}));

// Panels open under their button, inside the window; the browser does light dismissal, Escape and focus.
function place(panel) {
  const button = document.querySelector(`[popovertarget="${CSS.escape(panel.id)}"]`);
  if (!button || (panel.classList.contains("sheet") && innerWidth < 600)) return;
  const anchor = button.getBoundingClientRect();
  const box = panel.getBoundingClientRect();
  const left = panel.dataset.align === "end" ? anchor.right - box.width : anchor.left;
  const below = anchor.bottom + 4;
  const top = below + box.height > innerHeight - 8 && anchor.top - 4 - box.height > 8 ? anchor.top - 4 - box.height : below;
  panel.style.left = `${Math.max(8, Math.min(left, innerWidth - box.width - 8))}px`;
  panel.style.top = `${Math.max(8, Math.min(top, innerHeight - box.height - 8))}px`;
}
// The keys go where the panel is: its search, what is chosen, or its first entry. Content may still be on its way from the server.
function enter(panel) {
  const first = () => panel.querySelector("[autofocus]") ?? (matchMedia("(pointer: fine)").matches ? panel.querySelector("input[type=search]") : null)
    ?? panel.querySelector("[aria-current=true]") ?? panel.querySelector("a[href], button:not([disabled]), input, select");
  const go = () => {
    const there = panel.matches(":popover-open") && !panel.contains(document.activeElement) ? first() : null;
    there?.focus({ preventScroll: true });
    return there !== null;
  };
  if (go()) return;
  const observer = new MutationObserver(() => { if (go()) observer.disconnect(); });
  observer.observe(panel, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), 3000);
}
const sizes = new ResizeObserver(entries => entries.forEach(e => place(e.target)));
document.addEventListener("toggle", e => {
  if (!e.target.matches?.(".pop")) return;
  if (e.newState === "open") {
    place(e.target);
    sizes.observe(e.target);
    enter(e.target);
  } else {
    sizes.unobserve(e.target);
  }
}, true);
addEventListener("resize", () => document.querySelectorAll(".pop:popover-open").forEach(place));
document.addEventListener("click", e => {
  const item = e.target.closest?.(".pop a[href], .pop [data-close]");
  const panel = item?.closest(".pop");
  if (panel && !item.closest("[data-stay]")) panel.hidePopover();
  const dialog = e.target.matches?.("dialog.box") ? e.target : e.target.closest?.("dialog.box a[href]")?.closest("dialog");
  if (dialog) dialog.close();
});

// Arrow keys walk through a menu or the palette; Enter follows.
document.addEventListener("keydown", e => {
  if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
  const list = e.target.closest?.("[data-arrows]");
  if (!list) return;
  const items = [...list.querySelectorAll("a[href], button:not([disabled])")].filter(x => x.offsetParent !== null);
  if (items.length === 0) return;
  e.preventDefault();
  const at = items.indexOf(document.activeElement);
  const next = e.key === "ArrowDown" ? at + 1 : at - 1;
  if (next < 0) (list.querySelector("input") ?? items[0]).focus();
  else items[Math.min(next, items.length - 1)].focus();
});

// Escape closes the drawer of narrow windows, and the keys go back to where it was opened.
document.addEventListener("keydown", e => {
  const veil = e.key === "Escape" ? document.querySelector(".veil.open") : null;
  if (!veil) return;
  veil.click();
  document.querySelector(".topbar [aria-expanded]")?.focus();
});

// Back to a list shows it where it was left. Rows come as they are scrolled to, so its place is set when it is long enough.
const places = new Map();
document.addEventListener("scroll", e => {
  if (e.target.matches?.(".list-box")) places.set(location.href, e.target.scrollTop);
}, { capture: true, passive: true });
addEventListener("popstate", () => {
  const href = location.href, top = places.get(href);
  if (!top) return;
  // Rows that come move the list once more: its place is set until it holds, or until somebody moves it.
  let tries = 0, held = 0;
  const stop = () => { held = 10; };
  for (const kind of ["wheel", "pointerdown", "keydown", "touchstart"]) addEventListener(kind, stop, { once: true, passive: true });
  const timer = setInterval(() => {
    const list = document.querySelector(".list-box");
    if (location.href !== href || held >= 10 || tries++ > 300) clearInterval(timer);
    else if (list && list.offsetParent && list.scrollHeight - list.clientHeight >= top) {
      if (Math.abs(list.scrollTop - top) < 2) held++;
      else [held, list.scrollTop] = [0, top];
    }
  }, 100);
});

// "2 s ago": counted here, so that a quiet page costs the server nothing.
function age(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s}\u202Fs ago`;
  const min = Math.floor(s / 60);
  return min < 60 ? `${min}\u202Fmin ago` : `${Math.floor(min / 60)}\u202Fh ago`;
}
function ages() {
  for (const mark of document.querySelectorAll("[data-age]")) {
    // Counted from when the browser heard of it: the clocks of server and reader may differ. What had begun before comes with its length.
    const key = `${mark.dataset.age}|${mark.dataset.elapsed ?? ""}`;
    if (mark.dataset.seen !== key) {
      mark.dataset.seen = key;
      mark.dataset.at = Date.now() - Number(mark.dataset.elapsed ?? 0);
    }
    const passed = Date.now() - Number(mark.dataset.at);
    const text = mark.dataset.elapsed === undefined ? age(passed) : age(passed).replace(" ago", "");
    if (mark.textContent !== text) mark.textContent = text;
  }
}
setInterval(() => { if (!document.hidden) ages(); }, 1000);
new MutationObserver(changes => {
  if (changes.some(c => c.type === "attributes" || [...c.addedNodes].some(n => n.querySelector?.("[data-age]")))) ages();
}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-age", "data-elapsed"] });

// Keys. Letters count only where nobody is typing; NavPages.cs says which page has which.
document.addEventListener("keydown", e => {
  if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === "k") {
    e.preventDefault();
    open("palette");
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  if (pending) {
    clearTimeout(pending);
    pending = null;
    const link = document.querySelector(`.nav a[data-key="${CSS.escape(e.key)}"]`);
    if (link) {
      e.preventDefault();
      link.click();
      return;
    }
  }
  if (e.key === "g") pending = setTimeout(() => { pending = null; }, 1200);
  else if (e.key === "/") {
    e.preventDefault();
    const search = document.querySelector("[data-search]");
    if (search) search.focus();
    else open("palette");
  } else if (e.key === "t") {
    const range = [...document.querySelectorAll("[data-range]")].find(b => b.offsetParent !== null);
    if (range) { e.preventDefault(); range.focus(); range.click(); }
  } else if (e.key === "?") {
    e.preventDefault();
    open("keys");
  }
});

// Paper holds what the screen only shows in part: the browser waits for nothing here, so the rows are fetched before this returns.
function print() {
  for (const place of document.querySelectorAll("[data-print]")) {
    if (place.childElementCount > 0) continue;
    const request = new XMLHttpRequest();
    request.open("GET", place.dataset.print, false);
    try { request.send(); } catch { /* said below */ }
    const found = request.status === 200 ? new DOMParser().parseFromString(request.responseText, "text/html").body.firstElementChild : null;
    const sorry = Object.assign(document.createElement("p"), { className: "small", textContent: "Only the rows that were on the screen are on this paper." });
    place.replaceChildren(found ?? sorry);
    place.toggleAttribute("data-whole", found !== null);
  }
}
function printed() {
  for (const place of document.querySelectorAll("[data-print]")) {
    place.replaceChildren();
    place.removeAttribute("data-whole");
  }
}
addEventListener("beforeprint", print);
addEventListener("afterprint", printed);
matchMedia("print").addEventListener("change", e => e.matches ? print() : printed());
// Whoever prints before this script has come.
if (matchMedia("print").matches) print();
