// The rules of Formats.cs, for what only the browser can know: axis steps and sums of the series that are shown.
const thin = "\u202F";
const sizes = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]];

/** Marks of the reader's numbers come with the chart (NumberMarks): the browser's own list of locales may say something else. */
function number(value, marks, least, most) {
  const size = Math.abs(value), power = 10 ** most;
  // Halves go up, as Formats.Text has it.
  const text = (size * power < 1e15 ? Math.floor(size * power + 0.5) / power : size).toFixed(most);
  let [whole, rest = ""] = text.split(".");
  while (rest.length > least && rest.endsWith("0")) rest = rest.slice(0, -1);
  const groups = [];
  for (let n = 0; whole.length > 0; n++) {
    const size = marks.sizes[Math.min(n, marks.sizes.length - 1)] || whole.length;
    groups.unshift(whole.slice(-size));
    whole = whole.slice(0, -size);
  }
  const sign = value < 0 && /[1-9]/.test(text) ? marks.minus : "";
  return sign + groups.join(marks.group) + (rest ? marks.point + rest : "");
}

function count(value, marks, axis) {
  const size = Math.abs(value);
  if (size < 9999.5 && !(axis && size >= 1000)) return number(size < 0.005 || (!axis && size < 0.5) ? 0 : value, marks, 0, axis ? 2 : 0);
  for (const [unit, name] of sizes) {
    if (size < unit * 0.99995) continue;
    const scaled = value / unit;
    const digits = Math.abs(scaled) < 9.995 ? 2 : 1;
    return number(scaled, marks, axis ? 0 : digits, digits) + thin + name;
  }
  return number(value, marks, 0, 0);
}

function usd(value, marks, axis) {
  const size = Math.abs(value);
  const sign = value < 0 ? "\u2212" : "";
  if (size === 0) return axis ? "0" : "$0";
  if (axis && size >= 1000) return `${sign}$${count(size, marks, true)}`;
  if (size < 0.0005) return `${sign}<$${number(0.001, marks, 3, 3)}`;
  const digits = size < 0.0995 ? 3 : size < 999.995 ? 2 : 0;
  return `${sign}$${number(size, marks, axis && Number.isInteger(size) ? 0 : digits, digits)}`;
}

function two(large, largeUnit, small, smallUnit, marks) {
  const first = number(large, marks, 0, 0) + thin + largeUnit;
  return small === 0 ? first : `${first} ${number(small, marks, 0, 0)}${thin}${smallUnit}`;
}

function seconds(value, marks, axis) {
  const s = Math.max(0, value);
  if (s === 0 && axis) return "0";
  if (s < 0.9995) return number(s * 1000, marks, 0, 0) + thin + "ms";
  if (s < 9.95) return number(s, marks, axis ? 0 : 1, 1) + thin + "s";
  if (s < 59.5) return number(s, marks, 0, 0) + thin + "s";
  const whole = Math.round(s);
  if (whole < 3600) return two(Math.floor(whole / 60), "min", whole % 60, "s", marks);
  const minutes = Math.round(s / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min", marks);
  const hours = Math.round(s / 3600);
  return two(Math.floor(hours / 24), "d", hours % 24, "h", marks);
}

export function format(value, unit, marks, axis = false) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  switch (unit) {
    case "usd": return usd(value, marks, axis);
    case "seconds": return seconds(value, marks, axis);
    case "ms": return seconds(value / 1000, marks, axis);
    case "percent": return number(value, marks, axis ? 0 : 1, 1) + thin + "%";
    default: return count(value, marks, axis);
  }
}
