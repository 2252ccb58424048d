// The rules of Formats.cs, for what only the browser can know: axis steps and sums of the series that are shown.
const thin = "\u202F";
const sizes = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]];
const makers = new Map();

function number(value, locale, least, most) {
  const key = `${locale} ${least} ${most}`;
  if (!makers.has(key)) makers.set(key, new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most }));
  return makers.get(key).format(value);
}

function count(value, locale, axis) {
  const size = Math.abs(value);
  if (size < 9999.5 && !(axis && size >= 1000)) return number(size < 0.005 || (!axis && size < 0.5) ? 0 : value, locale, 0, axis ? 2 : 0);
  for (const [unit, name] of sizes) {
    if (size < unit * 0.99995) continue;
    const scaled = value / unit;
    const digits = Math.abs(scaled) < 9.995 ? 2 : 1;
    return number(scaled, locale, axis ? 0 : digits, digits) + thin + name;
  }
  return number(value, locale, 0, 0);
}

function usd(value, locale, axis) {
  const size = Math.abs(value);
  const sign = value < 0 ? "\u2212" : "";
  if (size === 0) return axis ? "0" : "$0";
  if (axis && size >= 1000) return `${sign}$${count(size, locale, true)}`;
  if (size < 0.0005) return `${sign}<$${number(0.001, locale, 3, 3)}`;
  const digits = size < 0.0995 ? 3 : size < 999.995 ? 2 : 0;
  return `${sign}$${number(size, locale, axis && Number.isInteger(size) ? 0 : digits, digits)}`;
}

function two(large, largeUnit, small, smallUnit, locale) {
  const first = number(large, locale, 0, 0) + thin + largeUnit;
  return small === 0 ? first : `${first} ${number(small, locale, 0, 0)}${thin}${smallUnit}`;
}

function seconds(value, locale, axis) {
  const s = Math.max(0, value);
  if (s === 0 && axis) return "0";
  if (s < 0.9995) return number(s * 1000, locale, 0, 0) + thin + "ms";
  if (s < 9.95) return number(s, locale, axis ? 0 : 1, 1) + thin + "s";
  if (s < 59.5) return number(s, locale, 0, 0) + thin + "s";
  const whole = Math.round(s);
  if (whole < 3600) return two(Math.floor(whole / 60), "min", whole % 60, "s", locale);
  const minutes = Math.round(s / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min", locale);
  const hours = Math.round(s / 3600);
  return two(Math.floor(hours / 24), "d", hours % 24, "h", locale);
}

export function format(value, unit, locale, axis = false) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  switch (unit) {
    case "usd": return usd(value, locale, axis);
    case "seconds": return seconds(value, locale, axis);
    case "ms": return seconds(value / 1000, locale, axis);
    case "percent": return number(value, locale, axis ? 0 : 1, 1) + thin + "%";
    default: return count(value, locale, axis);
  }
}
