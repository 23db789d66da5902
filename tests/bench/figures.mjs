/** What the figures are called and how they are written. */

const milliseconds = { unit: 'ms' };
const megabytes = { unit: 'MB' };

/** The figures that have another unit than milliseconds, or another name than their own. */
const figures = {
  firstMs: { ...milliseconds, label: 'first time' },
  againMs: { ...milliseconds, label: 'again' },
  worstMs: { ...milliseconds, label: 'the slowest' },
  pressMs: { ...milliseconds, label: 'the middle one' },
  listMs: { ...milliseconds, label: 'first list' },
  keptMs: { ...milliseconds, label: 'the list again' },
  costRatio: { unit: '×', label: 'cost ÷ the least' },
  growth: { unit: '×', label: '200 KB ÷ 50 KB' },
  peakMB: { ...megabytes, label: 'memory of the process' },
  memoryMB: { ...megabytes, label: 'memory' },
  grownMB: { ...megabytes, label: 'memory above the start' },
  sizeKB: { unit: 'KB', label: 'size' },
  gzipKB: { unit: 'KB', label: 'in gzip' },
  packedMB: { ...megabytes, label: 'in the package' },
};

/** The name of a figure for people; '' for the time itself and for what stands behind another figure. */
export function labelOf(figure) {
  if (/cpu|^wall|^start/i.test(figure)) return '';
  return figures[figure]?.label ?? figure;
}

/** A value with three digits that count, and the unit of its figure. */
export function valueWithUnit(figure, value) {
  const { unit } = figures[figure] ?? milliseconds;
  return unit === '×' ? times(value) : `${rounded(value)} ${unit}`;
}

/** How many times something is something else. */
export function times(ratio) {
  return `${rounded(ratio)}×`;
}

/** A number with three digits that count. */
function rounded(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
