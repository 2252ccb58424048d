// The one place that draws with ApexCharts. What comes in is data (ChartWire.cs); every string of it is text, never markup:
// legend, labels and axes are written as text nodes here, and the library's own HTML sinks get encoded strings (see `safe`).
import ApexCharts from "../lib/apexcharts.esm.js";
import { format } from "./format.js";
import { save } from "./shell.js";

const svg = "http://www.w3.org/2000/svg";
const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const encode = text => String(text ?? "").replace(/[&<>"']/g, c => entities[c]);

function tokens() {
  const style = getComputedStyle(document.documentElement);
  return name => style.getPropertyValue(`--${name}`).trim();
}

/** The axis that was planned for what is shown: the first whose top is not below it. */
function axisFor(spec, largest) {
  return spec.axes.find(a => a.max >= largest) ?? spec.axes.at(-1);
}

/** After each bar the library shows all elements that wait, those before too: what was shown is dropped here, or 3,000 bars take minutes. */
function showOnce(globals) {
  const own = items => Object.assign(items, { forEach(show) { Array.prototype.forEach.call(this.splice(0), show); } });
  let waiting = own(globals.delayedElements ?? []);
  Object.defineProperty(globals, "delayedElements", { configurable: true, enumerable: true, get: () => waiting, set: items => { waiting = own(items); } });
}

class Chart {
  constructor(host, reference) {
    this.host = host;
    this.plot = host.querySelector(".plot");
    this.legend = host.querySelector(".legend");
    this.reference = reference;
    this.hidden = new Set();
    this.over = false;
    this.spec = null;
    this.waiting = null;
    this.last = 0;
    this.busy = false;
    this.onTheme = () => this.redraw(this.spec);
    addEventListener("observatory-theme", this.onTheme);
    // Nothing moves under the pointer: what comes meanwhile is drawn when it leaves.
    this.plot.addEventListener("pointerenter", () => { this.over = true; });
    this.plot.addEventListener("pointerleave", () => { this.over = false; this.flush(); });
    this.plot.addEventListener("pointerdown", e => { this.down = [e.clientX, e.clientY]; });
  }

  /** New data. Drawn at once if the last drawing is a second old, else when it is. */
  show(spec) {
    // Only another point is looked at: the bars stay as they are, also under the pointer that chose it.
    const drawing = JSON.stringify({ ...spec, selected: null });
    if (this.drawing === drawing && this.chart && !this.busy && !this.waiting) {
      this.spec = spec;
      const root = this.plot.querySelector("svg");
      if (root) this.band(root);
      return;
    }
    this.drawing = drawing;
    this.waiting = spec;
    const same = this.spec && this.spec.key === spec.key;
    if (!same) this.hidden.clear();
    if (this.over && same) return;
    const wait = same ? Math.max(0, this.last + 1000 - performance.now()) : 0;
    clearTimeout(this.timer);
    if (wait === 0) this.flush();
    else this.timer = setTimeout(() => { if (!this.over) this.flush(); }, wait);
  }

  flush() {
    if (!this.waiting) return;
    const spec = this.waiting;
    this.waiting = null;
    this.redraw(spec);
  }

  async redraw(spec) {
    if (!spec) return;
    this.spec = spec;
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    try {
      do {
        this.again = false;
        this.last = performance.now();
        const options = this.options(this.spec);
        if (this.chart) await this.chart.updateOptions(options, false, false, false);
        else {
          this.chart = new ApexCharts(this.plot, options);
          showOnce(this.chart.w.globals);
          await this.chart.render();
        }
        if (this.gone) return;
        this.drawLegend();
      } while (this.again);
    } finally {
      this.busy = false;
    }
  }

  options(spec) {
    const token = tokens();
    const shown = spec.series.filter(s => !this.hidden.has(s.name));
    const bars = shown.filter(s => !s.comparison);
    const line = shown.filter(s => s.comparison);
    const colour = s => token(s.color || "s-input") || token("s-input");
    const sums = spec.buckets.map((_, i) => bars.reduce((sum, s) => spec.stacked ? sum + (s.values[i] ?? 0) : Math.max(sum, s.values[i] ?? 0), 0));
    const highest = [...spec.bands.flatMap(b => b.high.map(v => v ?? 0)), ...spec.points.map(m => m.y)];
    const axis = axisFor(spec, Math.max(0, ...highest, ...sums, ...line.flatMap(s => s.values.map(v => v ?? 0))));
    this.bars = bars;
    const kind = s => s.comparison || s.type === "line" ? "line" : s.type === "area" ? "area" : "column";
    const ordered = [...bars, ...line];
    const count = spec.buckets.length;
    const height = this.plot.clientWidth < 480 ? Math.min(spec.height, 240) : spec.height;
    return {
      series: ordered.map(s => ({ name: s.name, type: kind(s), data: s.values.map((y, x) => ({ x, y })) })),
      colors: ordered.map(colour),
      chart: {
        type: "line", stacked: spec.stacked, height, background: "transparent", fontFamily: "inherit", foreColor: token("text-faint"),
        animations: { enabled: false }, toolbar: { show: false }, parentHeightOffset: 0, offsetY: 0, redrawOnParentResize: true,
        zoom: { enabled: count > 1 && spec.zoomable, type: "x" },
        events: {
          mounted: () => this.decorate(), updated: () => this.decorate(),
          click: (e, chart, at) => this.clicked(e, at?.dataPointIndex),
          // The page's address decides what is shown: the chart itself keeps its range.
          beforeZoom: (chart, { xaxis }) => { this.zoomed(xaxis.min, xaxis.max); return { xaxis: { min: undefined, max: undefined } }; },
        },
      },
      plotOptions: { bar: { columnWidth: count === 1 ? "24%" : "68%", borderRadius: count > 60 ? 0 : 2,
          borderRadiusApplication: "end", borderRadiusWhenStacked: "last" } },
      stroke: { show: true, curve: "straight", dashArray: ordered.map(s => s.dashed ? 5 : 0),
          width: ordered.map(s => kind(s) === "column" ? (count > 60 ? 0 : 1) : 1.5),
          colors: ordered.map(s => kind(s) === "column" ? token("surface") : colour(s)) },
      fill: { type: "solid", opacity: ordered.map(s => kind(s) === "area" ? 0.12 : 1) },
      dataLabels: { enabled: false },
      markers: { size: 0, hover: { size: 0 } },
      states: { hover: { filter: { type: "none" } }, active: { filter: { type: "none" } } },
      grid: { borderColor: token("border"), strokeDashArray: 0, padding: { left: 8, right: 4, top: spec.unitTitle ? 8 : -8, bottom: 14 },
          xaxis: { lines: { show: false } }, yaxis: { lines: { show: true } } },
      xaxis: {
        type: "numeric", labels: { show: false }, axisBorder: { show: true, color: token("border-strong") },
            axisTicks: { show: false }, tooltip: { enabled: false },
        crosshairs: { show: true, width: "barWidth", position: "back", opacity: 0.07,
            stroke: { width: 0, color: token("text") }, fill: { type: "solid", color: token("text") } },
      },
      yaxis: {
        min: axis.min, max: axis.max, tickAmount: axis.steps, forceNiceScale: false,
        axisBorder: { show: false }, axisTicks: { show: false }, tooltip: { enabled: false },
        labels: {
          minWidth: 36, maxWidth: 80, offsetX: -8, style: { fontSize: "12px", colors: token("text-faint") },
          formatter: v => axis.labels[Math.round((v - axis.min) / (axis.max - axis.min) * axis.steps)] ?? "",
        },
      },
      ...this.safe(spec),
      legend: { show: false, formatter: encode },
      noData: { text: "" },
    };
  }

  // Custom tooltips do not replace the formatters: the library calls both, and both end as markup. All of them encode.
  safe(spec) {
    return {
      tooltip: {
        enabled: true, shared: true, intersect: false, followCursor: false,
        custom: ({ dataPointIndex }) => this.tip(spec, dataPointIndex),
        x: { show: false, formatter: value => encode(spec.buckets[value]?.title ?? value) },
        y: { formatter: value => encode(format(value, spec.unit, spec.marks)), title: { formatter: name => encode(name) } },
        z: { title: "" }, marker: { show: false },
      },
    };
  }

  tip(spec, index) {
    const bucket = spec.buckets[index];
    if (!bucket) return "";
    const token = tokens();
    const value = v => encode(format(v, spec.unit, spec.marks));
    const lines = spec.bands.length > 0;
    const rows = this.bars.map(s => ({ s, v: s.values[index] })).filter(r => !lines || (r.v ?? null) !== null).sort((a, b) => (b.v ?? -1) - (a.v ?? -1));
    const line = row => `<i class="sw" style="background:${encode(token(row.s.color || "s-input"))}"></i><dt>${encode(row.s.name)}</dt>`
        + `<dd>${value(row.v)}</dd>`;
    const total = spec.stacked && rows.length > 1
      ? `<div class="tot"><span>Total</span><span>${value(rows.reduce((sum, r) => sum + (r.v ?? 0), 0))}</span></div>` : "";
    const bands = spec.bands.filter(b => (b.high[index] ?? null) !== null)
      .map(b => `<div class="prev"><span>${encode(b.name)}</span><span>${value(b.low[index])} – ${value(b.high[index])}</span></div>`).join("");
    const marks = spec.points.filter(m => m.title && m.first <= index && index <= m.last)
      .map(m => `<div class="said">${encode(m.title)}</div>`).join("");
    const before = spec.series.filter(s => s.comparison && !this.hidden.has(s.name) && s.titles[index])
      .map(s => `<div class="prev"><span>${encode(s.titles[index])}</span><span>${value(s.values[index])}</span></div>`).join("");
    return `<div class="tip"><div class="row"><span class="semi">${encode(bucket.title)}</span><span class="muted">${encode(bucket.length)}</span></div>` +
      `<dl>${rows.map(line).join("")}</dl>${total}${bands}${before}${marks}</div>`;
  }

  // What the library has no option for: labels of our own on the time axis, unit, hatching of the running bucket, halo of the line.
  decorate() {
    const chart = this.chart, spec = this.spec;
    const root = this.plot.querySelector("svg");
    if (!chart || !root) return;
    root.querySelectorAll(".own").forEach(n => n.remove());
    const g = chart.w.globals;
    const left = g.translateX, top = g.translateY, width = g.gridWidth, bottom = top + g.gridHeight;
    const span = g.maxX - g.minX || 1;
    const at = i => left + (i - g.minX) / span * width;
    if (spec.unitTitle) text(root, 0, 12, spec.unitTitle, "ax own", "start");
    const longest = Math.max(1, ...spec.buckets.map(b => b.tick.length));
    const room = Math.max(1, Math.floor(width / Math.min(68, 16 + longest * 9)));
    const ticks = pick(spec.buckets, room);
    for (const i of ticks) {
      const x = at(i), last = i === spec.buckets.length - 1;
      const label = spec.buckets[i].tick;
      const end = last && spec.buckets.length > 1;
      text(root, end ? Math.min(left + width + 4, x + 20) : x, bottom + 18, label, spec.buckets[i].running ? "ax b own" : "ax own", end ? "end" : "middle");
    }
    this.band(root);
    this.bands(root, at);
    this.moments(root, at);
    this.tidy(root, left, bottom, width);
    this.hatch(root);
    this.points(root, at);
    this.marks(root, at);
    for (const path of root.querySelectorAll(".apexcharts-line-series .apexcharts-line")) {
      path.style.pointerEvents = "none";
      if (spec.bands.length > 0) continue;
      const halo = path.cloneNode(false);
      halo.setAttribute("class", "own");
      halo.setAttribute("stroke", tokens()("surface"));
      halo.setAttribute("stroke-width", "4");
      halo.removeAttribute("id");
      halo.style.pointerEvents = "none";
      path.before(halo);
    }
  }

  // The point that the page shows in detail stands on a quiet band.
  band(root) {
    root.querySelector(".band")?.remove();
    const { selected, buckets } = this.spec;
    if (selected === null || selected === undefined || !buckets[selected] || buckets.length < 2) return;
    const g = this.chart.w.globals;
    const step = g.gridWidth / buckets.length;
    const x = g.translateX + (selected - g.minX) / (g.maxX - g.minX || 1) * g.gridWidth;
    const mark = document.createElementNS(svg, "rect");
    for (const [k, v] of Object.entries({ x: x - step / 2, y: g.translateY - 4, width: step, height: g.gridHeight + 4, fill: tokens()("text"),
        opacity: 0.07, class: "own band" }))
        mark.setAttribute(k, v);
    mark.style.pointerEvents = "none";
    root.prepend(mark);
  }

  /** Height of a value. */
  y(value) {
    const g = this.chart.w.globals;
    return g.translateY + g.gridHeight * (1 - (value - g.minY) / (g.maxY - g.minY || 1));
  }

  // Where values usually lie: steps behind everything, one a bucket.
  bands(root, at) {
    const g = this.chart.w.globals, token = tokens();
    const step = g.gridWidth / Math.max(1, this.spec.buckets.length - 1);
    for (const band of [...this.spec.bands].reverse()) {
      const group = node("g", { class: "own", fill: token(band.color), opacity: 0.22 });
      group.style.pointerEvents = "none";
      const left = g.translateX, right = left + g.gridWidth;
      band.high.forEach((high, i) => {
        if (high === null || high === undefined) return;
        const from = Math.max(left, at(i) - step / 2), to = Math.min(right, at(i) + step / 2), top = this.y(high);
        group.append(node("rect", { x: from, y: top, width: Math.max(0, to - from + 0.3), height: Math.max(1, this.y(band.low[i] ?? 0) - top) }));
      });
      root.prepend(group);
    }
  }

  // A moment at which something began: a dashed line with what it says beside it.
  moments(root, at) {
    const g = this.chart.w.globals, token = tokens();
    for (const moment of this.spec.moments) {
      const x = at(moment.index), top = g.translateY, end = x - g.translateX > g.gridWidth / 2;
      const line = node("line", { x1: x, x2: x, y1: top, y2: top + g.gridHeight, stroke: token("text-muted"), "stroke-dasharray": "3 3", class: "own" });
      line.style.pointerEvents = "none";
      root.append(line);
      moment.text.forEach((words, i) => text(root, end ? x - 6 : x + 6, top + 10 + i * 16, words, "ax own", end ? "end" : "start"));
    }
  }

  // What stands out: a diamond with its number, a bracket over what belongs together, a ring for what is not over.
  marks(root, at) {
    const g = this.chart.w.globals, token = tokens();
    const high = g.translateY + 11, low = g.translateY + g.gridHeight;
    let taken = [];
    for (const mark of this.spec.points) {
      const group = node("g", { class: "own mark" });
      const from = at(mark.first), to = at(mark.last), x = (from + to) / 2, y = this.y(mark.y);
      if (mark.shape === "open") {
        const before = this.spec.series[0]?.values[mark.first - 1];
        if (before !== null && before !== undefined) {
          const lead = { x1: at(mark.first - 1), y1: this.y(before), x2: x, y2: y, stroke: token("s-input"), "stroke-width": 1.5, "stroke-dasharray": "1.5 3" };
          group.append(node("line", lead));
        }
        group.append(node("circle", { cx: x, cy: y, r: 3.5, fill: token("surface"), stroke: token("s-input"), "stroke-width": 1.5 }));
        group.style.pointerEvents = "none";
        root.append(group);
        continue;
      }
      const expected = mark.level === "expected";
      const ink = expected ? token("s-previous") : token("warning-ink");
      const fill = mark.level === "high" ? ink : mark.level === "medium" ? token("warning-tint") : token("surface");
      if (mark.shape === "run") group.append(node("path", { d: `M${from} ${y - 6}v-4H${to}v4`, fill: "none", stroke: ink, "stroke-width": 1.5 }));
      else if (mark.shape === "dead") group.append(node("circle", { cx: x, cy: low, r: 3.5, fill: ink }));
      else group.append(node("circle", { cx: x, cy: y, r: 3, fill: mark.shape === "new" ? token("surface") : ink, stroke: ink, "stroke-width": 1.5 }));
      let place = Math.max(high, (mark.shape === "dead" ? low : y) - (mark.shape === "run" ? 24 : 20));
      // Two that would lie on each other stand on each other, as far as there is room.
      const lies = top => taken.some(([tx, ty]) => Math.abs(tx - x) < 18 && Math.abs(ty - top) < 18);
      const free = [...Array(Math.max(1, Math.floor((low - high) / 20))).keys()].map(i => high + 20 * i).filter(top => !lies(top));
      if (lies(place) && free.length > 0) place = free.reduce((best, top) => Math.abs(top - place) < Math.abs(best - place) ? top : best);
      taken = [...taken, [x, place]];
      group.append(node("path", { d: `M${x} ${place - 11}l11 11-11 11-11-11z`, fill, stroke: ink, "stroke-width": 1.5 }));
      const number = text(group, x, place + 4, mark.label, "mk", "middle");
      number.setAttribute("fill", mark.level === "high" ? token("surface") : ink);
      const title = document.createElementNS(svg, "title");
      title.textContent = mark.title;
      group.append(title);
      group.addEventListener("click", e => {
        e.stopPropagation();
        this.reference.invokeMethodAsync("Marked", Number(mark.label)).catch(() => {});
      });
      root.append(group);
    }
  }

  // Zero is a line, not a row of empty bars; what is too thin for a gap around it goes without.
  tidy(root, left, bottom, width) {
    for (const bar of root.querySelectorAll(".apexcharts-bar-series path[barHeight]")) {
      const height = Math.abs(Number(bar.getAttribute("barHeight")));
      if (!(height > 0)) bar.setAttribute("visibility", "hidden");
      else if (height < 2.5) bar.setAttribute("stroke", "none");
    }
    const zero = document.createElementNS(svg, "line");
    for (const [k, v] of Object.entries({ x1: left, x2: left + width, y1: bottom + 0.5, y2: bottom + 0.5, stroke: tokens()("border-strong"), class: "own" }))
        zero.setAttribute(k, v);
    root.append(zero);
  }

  // A line needs two neighbours: what stands alone gets a point, and where there is little, all of it does.
  points(root, at) {
    const g = this.chart.w.globals;
    for (const s of this.spec.series.filter(s => s.comparison && !this.hidden.has(s.name))) {
      const known = i => s.values[i] !== null && s.values[i] !== undefined;
      const there = s.values.map((_, i) => i).filter(known);
      const few = there.length * 2 < s.values.length;
      for (const i of there.filter(i => few || (!known(i - 1) && !known(i + 1)))) {
        const mark = document.createElementNS(svg, "circle");
        const y = g.translateY + g.gridHeight * (1 - s.values[i] / (g.maxY || 1));
        for (const [k, v] of Object.entries({ cx: at(i), cy: y, r: 2.5, fill: tokens()(s.color), stroke: tokens()("surface"),
            "stroke-width": 1, class: "own" }))
            mark.setAttribute(k, v);
        mark.style.pointerEvents = "none";
        root.append(mark);
      }
    }
  }

  hatch(root) {
    const index = this.spec.buckets.findIndex(b => b.running);
    if (index < 0) return;
    const defs = document.createElementNS(svg, "defs");
    defs.setAttribute("class", "own");
    root.prepend(defs);
    const groups = root.querySelectorAll(".apexcharts-bar-series .apexcharts-series");
    groups.forEach((group, number) => {
      const bar = group.querySelector(`path[j="${index}"]`);
      if (!bar) return;
      const colour = bar.getAttribute("fill");
      const id = `hatch-${this.plot.id}-${number}`;
      const pattern = document.createElementNS(svg, "pattern");
      for (const [k, v] of Object.entries({ id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }))
          pattern.setAttribute(k, v);
      for (const [w, o] of [[6, 0.28], [2.5, 1]]) {
        const stripe = document.createElementNS(svg, "rect");
        for (const [k, v] of Object.entries({ width: w, height: 6, fill: colour, opacity: o })) stripe.setAttribute(k, v);
        pattern.append(stripe);
      }
      defs.append(pattern);
      bar.setAttribute("fill", `url(#${id})`);
      bar.style.fill = `url(#${id})`;
    });
  }

  drawLegend() {
    if (!this.legend) return;
    const token = tokens();
    const keep = document.activeElement?.closest?.(".legend") === this.legend ? document.activeElement.dataset.name : null;
    this.legend.replaceChildren(...this.spec.series.map(s => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.name = s.name;
      button.setAttribute("aria-pressed", String(!this.hidden.has(s.name)));
      button.append(swatch(s.comparison || s.type === "line" ? "sw line" : "sw", token(s.color || "s-input")), label(s.name));
      button.addEventListener("click", () => {
        if (this.hidden.has(s.name)) this.hidden.delete(s.name);
        else if (this.spec.series.filter(x => !x.comparison && !this.hidden.has(x.name)).length > 1 || s.comparison) this.hidden.add(s.name);
        this.redraw(this.spec);
      });
      return button;
    }));
    if (this.spec.buckets.some(b => b.running)) {
      const key = document.createElement("span");
      key.className = "key";
      const bars = this.spec.series.some(s => !s.comparison && s.type !== "line");
      const mark = swatch(bars ? "sw hatch" : "sw ring");
      mark.style.setProperty("--hatch", token(this.spec.series.filter(s => !s.comparison).at(-1)?.color || "s-input"));
      key.append(mark, label(this.spec.running));
      this.legend.append(key);
    }
    for (const band of this.spec.bands) {
      const key = document.createElement("span");
      key.className = "key";
      const mark = swatch("sw", token(band.color));
      mark.style.opacity = 0.4;
      key.append(mark, label(band.name));
      this.legend.append(key);
    }
    if (keep) [...this.legend.children].find(b => b.dataset.name === keep)?.focus();
  }

  clicked(e, index) {
    const moved = this.down && e.clientX !== undefined && Math.hypot(e.clientX - this.down[0], e.clientY - this.down[1]) > 4;
    const bucket = this.spec.buckets[index];
    if (moved || !bucket || !this.spec.clickable) return;
    this.reference.invokeMethodAsync("Clicked", index).catch(() => {});
  }

  zoomed(from, to) {
    const count = this.spec.buckets.length;
    const first = Math.max(0, Math.min(count - 1, Math.round(from)));
    const last = Math.max(first, Math.min(count - 1, Math.round(to)));
    this.reference.invokeMethodAsync("Zoomed", first, last).catch(() => {});
  }

  /** The drawing as PNG at twice its size, with its title, on the surface colour. */
  async png(name, title) {
    const root = this.plot.querySelector("svg");
    if (!root) return;
    const width = root.clientWidth, height = root.clientHeight, head = 32, token = tokens();
    const copy = root.cloneNode(true);
    copy.querySelectorAll("foreignObject, .apexcharts-xcrosshairs, .apexcharts-ycrosshairs, .apexcharts-yaxis-tooltip").forEach(n => n.remove());
    copy.querySelectorAll("text").forEach(n => {
      n.style.font = "12px system-ui, sans-serif";
      n.setAttribute("fill", token(n.classList.contains("b") ? "text-muted" : "text-faint"));
    });
    copy.setAttribute("xmlns", svg);
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: (width + 32) * 2, height: (height + head + 32) * 2 });
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    context.fillStyle = token("surface");
    context.fillRect(0, 0, width + 32, height + head + 32);
    context.fillStyle = token("text");
    context.font = "600 14px system-ui, sans-serif";
    context.fillText(title, 16, 28);
    context.drawImage(image, 16, head + 16, width, height);
    save(name, canvas.toDataURL("image/png"));
  }

  dispose() {
    this.gone = true;
    clearTimeout(this.timer);
    removeEventListener("observatory-theme", this.onTheme);
    this.chart?.destroy();
    this.chart = null;
    this.legend?.replaceChildren();
  }
}

function node(name, values) {
  const made = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  return made;
}

function text(root, x, y, content, className, anchor) {
  const made = node("text", { x, y, class: className, "text-anchor": anchor });
  made.textContent = content;
  root.append(made);
  return made;
}

function swatch(className, colour) {
  const mark = document.createElement("i");
  mark.className = className;
  if (colour) mark.style.background = colour;
  return mark;
}

function label(content) {
  const node = document.createElement("span");
  node.className = "ell";
  node.textContent = content;
  return node;
}

/** Which buckets get a label: the last running one, then those that the server marked as good, thinned out evenly. */
function pick(buckets, room) {
  const running = buckets.findIndex(b => b.running);
  let marked = buckets.map((b, i) => [b.major, i]).filter(([m]) => m).map(([, i]) => i);
  if (marked.length < Math.min(3, buckets.length) && buckets.length <= 14) marked = buckets.map((_, i) => i);
  const gap = Math.max(1, Math.ceil(buckets.length / room));
  const chosen = [];
  for (const i of marked) {
    if (chosen.length && i - chosen[chosen.length - 1] < gap) continue;
    if (running >= 0 && i !== running && running - i < gap && i < running) continue;
    chosen.push(i);
  }
  if (running >= 0 && !chosen.includes(running)) chosen.push(running);
  return chosen;
}

export function create(host, reference) {
  return new Chart(host, reference);
}
