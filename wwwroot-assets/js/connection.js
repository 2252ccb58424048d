// The connection of a page to its server: starts it, says so when it cannot start, and brings it back when it was lost. What a page shows
// stands in its address, so a server that no longer knows the page is met by loading it again. A plain script, because it has to work
// where nothing else was loaded.
(() => {
  const root = document.documentElement;
  const bar = document.getElementById("connection");
  const memory = { reloads: "observatory-reloads", place: "observatory-place" };
  // Tries: every second at first, then more seldom; a page that comes into sight or a network that is back tries at once.
  const pauses = [0, 1, 1, 1, 2, 2, 3, 5, 5, 10];
  const longest = 15, lostAfter = 10;
  let recovering = false, wanted = null, wake = () => {};
  const typed = new Set();

  /** What stands in the bar: trying, lost, ended, or nothing. */
  function say(state) {
    if (bar) bar.dataset.state = state ?? "";
    root.toggleAttribute("data-trying", state === "trying");
    root.toggleAttribute("data-lost", state === "lost" || state === "ended");
  }

  const started = () => document.querySelector(".app:not(.boot)") !== null;

  /** Why nothing comes: script, refused, away or slow (Boot.razor has the words). */
  function sayBoot(reason, detail) {
    // An address that the server does not know as its own says so better (origin.js).
    if (started() || document.querySelector("#wrong-origin:not([hidden])")) return;
    root.dataset.boot = reason;
    const place = document.querySelector(".boot-word [data-detail]");
    if (place && detail) place.textContent = `It says: ${detail}`;
  }

  async function ask(path, options) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), 8000);
    try {
      return await fetch(new URL(path, document.baseURI), { cache: "no-store", credentials: "same-origin", signal: patience.signal, ...options });
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  const answers = async () => (await ask("health/live"))?.ok === true;

  const pause = seconds => new Promise(done => {
    const timer = setTimeout(done, seconds * 1000);
    wake = () => { clearTimeout(timer); done(); };
  });

  /** Loads the page anew, at its place. False = it did so a few times already, or something typed would be lost. */
  function reload(byHand) {
    const now = Date.now();
    let last = [];
    try { last = JSON.parse(sessionStorage.getItem(memory.reloads) ?? "[]").filter(t => now - t < 60000); } catch { /* kept nowhere */ }
    if (!byHand && (last.length >= 4 || [...typed].some(f => f.isConnected && f.offsetParent && f.value))) return false;
    const lists = [...document.querySelectorAll(".list-box")].map(l => l.scrollTop);
    const paused = document.querySelector("[data-pause=on]") !== null;
    try {
      sessionStorage.setItem(memory.reloads, JSON.stringify([...last, now]));
      sessionStorage.setItem(memory.place, JSON.stringify({ href: location.href, at: now, y: scrollY, lists, paused }));
    } catch { /* comes back at its top */ }
    if (wanted) location.assign(wanted);
    else location.reload();
    return true;
  }

  /** back, gone (the server does not know this page any more) or away. */
  async function rejoin() {
    let met = false;
    try {
      if (await Blazor.reconnect()) return "back";
      met = true;
      return await Blazor.resumeCircuit() ? "back" : "gone";
    } catch {
      return met ? "gone" : "away";
    }
  }

  async function recover() {
    if (recovering) return;
    recovering = true;
    let refused = 0, ended = false;
    for (let n = 0; ; n++) {
      say(ended ? "ended" : n < lostAfter ? "trying" : "lost");
      if (bar) bar.dataset.tries = String(n);
      await pause(ended ? 60 : pauses[n] ?? longest);
      if (!await answers()) continue;
      const outcome = await rejoin();
      if (outcome === "back") break;
      // A server that is there but takes no connection is met as anyone meets it, after a few tries.
      if (outcome === "away" && ++refused < 3) continue;
      if (reload(false)) return;
      ended = true;
    }
    recovering = false;
    say(null);
    bar?.removeAttribute("data-waits");
    if (wanted) Blazor.navigateTo(wanted);
    wanted = null;
  }

  /** The very first connection: says why it failed, and loads the page again once the server answers. */
  async function failed() {
    if (started() || recovering) return;
    recovering = true;
    for (let n = 0; ; n++) {
      const answer = await ask("_blazor/negotiate?negotiateVersion=1", { method: "POST" });
      if (answer?.status === 403) {
        sayBoot("refused", (await answer.json().catch(() => null))?.detail);
      } else if (answer && answer.status < 500) {
        if (reload(false)) return;
        sayBoot("slow");
      } else {
        sayBoot("away");
      }
      await pause(answer?.status === 403 ? 60 : pauses[n + 1] ?? longest);
    }
  }

  // Every transport fails through here, the first time and later.
  function configureSignalR(builder) {
    const build = builder.build;
    builder.build = () => {
      const connection = build.call(builder);
      const start = connection.start;
      connection.start = () => start.call(connection).catch(error => { if (!started()) failed(); throw error; });
      return connection;
    };
  }

  // As soon as the framework's script is there, whatever else the page still waits for.
  const framework = e => e.target.matches?.("script[src*='blazor.web']");
  document.addEventListener("error", e => { if (framework(e)) sayBoot("script"); }, true);
  document.addEventListener("load", e => {
    if (e.target.matches?.("link[data-late]")) e.target.media = "all";
    if (!framework(e)) return;
    Blazor.start({ circuit: { configureSignalR, reconnectionHandler: { onConnectionDown: recover, onConnectionUp: () => {} } } }).catch(failed);
    setTimeout(() => sayBoot(root.dataset.boot ?? "slow"), 15000);
  }, true);
  // What comes before the first transport fails without a word of its own.
  addEventListener("unhandledrejection", () => { if (!started()) setTimeout(failed, 4000); });

  const tryNow = () => wake();
  addEventListener("online", tryNow);
  addEventListener("pageshow", tryNow);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tryNow(); });
  // Before the router hears of it: a router without a circuit goes nowhere.
  addEventListener("click", e => {
    if (e.target.closest?.("[data-retry]")) tryNow();
    if (!e.target.closest?.("[data-reload]")) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    reload(true);
  }, true);

  // A link that is clicked while nobody answers is followed once somebody does; the browser's own error page would be the end.
  addEventListener("click", e => {
    const link = e.target.closest?.("a[href]");
    if (!recovering || !started() || !link || e.defaultPrevented || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    if (link.origin !== location.origin || link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    wanted = link.href;
    bar?.toggleAttribute("data-waits", true);
    tryNow();
  }, true);
  document.addEventListener("input", e => { if (e.isTrusted && e.target.closest?.("form") && e.target.type !== "search") typed.add(e.target); });
  document.addEventListener("submit", () => typed.clear());

  // Back at the place where the page stood before it loaded itself again.
  const place = (() => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(memory.place));
      sessionStorage.removeItem(memory.place);
      return kept?.href === location.href && Date.now() - kept.at < 300000 ? kept : null;
    } catch {
      return null;
    }
  })();
  if (place) {
    let tries = 0, moved = false;
    for (const name of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(name, () => { moved = true; }, { once: true, passive: true });
    const timer = setInterval(() => {
      const ready = started() && !document.querySelector(".skel, [aria-busy=true]");
      if (!ready && tries++ < 200 && !moved) return;
      clearInterval(timer);
      if (ready && place.paused) document.querySelector("[data-pause=off]")?.click();
      if (!ready || moved) return;
      scrollTo(0, place.y);
      document.querySelectorAll(".list-box").forEach((list, i) => { list.scrollTop = place.lists[i] ?? 0; });
    }, 100);
  }
})();
