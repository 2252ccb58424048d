// Runs before the first paint: keeps what the server must know of this reader in one cookie (zone, locale, theme), so that the next
// page comes in the right theme and zone at once. BrowserFacts.Parse reads it.
(() => {
  // Of this instance: another one on this machine has its own.
  const name = document.currentScript.dataset.cookie;
  const path = new URL(document.baseURI).pathname;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function read() {
    const found = document.cookie.split("; ").find(c => c.startsWith(name + "="));
    const facts = {};
    for (const pair of decodeURIComponent(found ? found.slice(name.length + 1) : "").split("|")) {
      const at = pair.indexOf("~");
      if (at > 0) facts[pair.slice(0, at)] = pair.slice(at + 1);
    }
    return facts;
  }

  function write(change) {
    const facts = { ...read(), ...change };
    const text = Object.entries(facts).filter(([, v]) => v).map(([k, v]) => `${k}~${v}`).join("|");
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${encodeURIComponent(text)}; Path=${path}; Max-Age=31536000; SameSite=Lax${secure}`;
    return facts;
  }

  function isDark(theme) {
    return theme === "dark" || (theme !== "light" && dark.matches);
  }

  function apply() {
    const theme = read().theme || "system";
    if (theme === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.setAttribute("data-theme", theme);
    const facts = write({ dark: isDark(theme) ? "1" : "", zone: Intl.DateTimeFormat().resolvedOptions().timeZone, locale: navigator.language });
    dispatchEvent(new CustomEvent("observatory-theme", { detail: { theme, dark: isDark(theme) } }));
    return { zone: facts.zone ?? null, locale: facts.locale ?? null, theme, dark: isDark(theme), nav: facts.nav ?? null,
        chosenZone: facts.pick ?? null, chosenRange: facts.range ?? null };
  }

  // An address without a range shows the one that was kept when its page was loaded (ReaderState.Range). Each such entry of the history
  // remembers which that was: whoever comes back after another was chosen finds it named in the address, before the page starts.
  const kept = /^[a-z0-9]{1,12}$/.test(read().range ?? "") ? read().range : "30d";
  const isBare = url => !/[?&](range|from|to)=/.test(url.search);
  const marked = (state, url) => isBare(url) ? { ...state, range: state?.range ?? kept } : state;
  const replace = history.replaceState.bind(history);
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => push(marked(state, new URL(url ?? location.href, document.baseURI)), title, url);
  history.replaceState = (state, title, url) => replace(marked(state, new URL(url ?? location.href, document.baseURI)), title, url);
  function remember() {
    if (!isBare(location)) return;
    const shown = history.state?.range;
    if (shown === undefined) replace(marked(history.state, location), "");
    else if (shown !== kept) replace(history.state, "", `${location.pathname}${location.search}${location.search ? "&" : "?"}range=${shown}${location.hash}`);
  }
  remember();
  addEventListener("popstate", remember);

  dark.addEventListener("change", apply);
  window.observatoryReader = { apply, write };
  apply();
})();
