// Keys of the tree of turns. Moving happens here at once; opening and selecting is a click, which the page answers.
const rows = host => [...host.querySelectorAll("[data-row]")];
const level = row => Number(row.getAttribute("aria-level"));

class Keys {
  constructor(host, reference) {
    this.host = host;
    this.reference = reference;
    this.onKey = e => this.key(e);
    this.onPageKey = e => this.pageKey(e);
    host.addEventListener("keydown", this.onKey);
    document.addEventListener("keydown", this.onPageKey);
  }

  key(e) {
    const row = e.target.closest?.("[data-row]");
    if (!row || e.target !== row || e.ctrlKey || e.metaKey || e.altKey) return;
    const all = rows(this.host), at = all.indexOf(row), open = row.getAttribute("aria-expanded");
    let next = null;
    if (e.key === "ArrowDown") next = all[at + 1];
    else if (e.key === "ArrowUp") next = all[at - 1];
    else if (e.key === "Home") next = all[0];
    else if (e.key === "End") next = all.at(-1);
    else if (e.key === "ArrowRight") {
      if (open === "false") row.querySelector("[data-arrow]")?.click();
      else if (open === "true") next = all[at + 1];
    } else if (e.key === "ArrowLeft") {
      if (open === "true") row.querySelector("[data-arrow]")?.click();
      else next = all.slice(0, at).reverse().find(r => level(r) < level(row));
    } else if (e.key === "Enter" || e.key === " ") row.click();
    else return;
    e.preventDefault();
    if (next) this.focus(next);
  }

  pageKey(e) {
    if ((e.key !== "e" && e.key !== "E") || e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select, dialog")) return;
    e.preventDefault();
    this.reference.invokeMethodAsync("Failed", e.key === "E" ? -1 : 1).catch(() => {});
  }

  focus(row) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  /** Brings a row into sight; one that is not drawn yet is drawn once its place is in sight. */
  show(key, index, focus) {
    const find = () => this.host.querySelector(`[data-row="${CSS.escape(key)}"]`);
    const settle = row => {
      const box = row.getBoundingClientRect();
      if (box.top < 64 || box.bottom > innerHeight - 64) row.scrollIntoView({ block: "center" });
      if (focus) row.focus({ preventScroll: true });
    };
    const row = find();
    if (row) { settle(row); return; }
    const top = this.host.getBoundingClientRect().top + scrollY + index * 36;
    scrollTo(0, Math.max(0, top - innerHeight / 2));
    let tries = 0;
    const wait = setInterval(() => {
      const drawn = find();
      if (drawn) settle(drawn);
      if (drawn || ++tries > 20) clearInterval(wait);
    }, 50);
  }

  dispose() {
    this.host.removeEventListener("keydown", this.onKey);
    document.removeEventListener("keydown", this.onPageKey);
  }
}

export function attach(host, reference) {
  return new Keys(host, reference);
}
