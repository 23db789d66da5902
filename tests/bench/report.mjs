/** The results as text: a table of what is promised and a table of all figures. */

const units = {
  wallMs: 'ms',
  firstMs: 'ms',
  sizeKB: 'KB',
  gzipKB: 'KB',
  packedMB: 'MB',
  peakMB: 'MB',
  memoryMB: 'MB',
  againMs: 'ms',
  worstMs: 'ms',
};
const names = {
  peakMB: 'memory',
  memoryMB: 'memory',
  gzipKB: 'gzip',
  packedMB: 'in the package',
  firstMs: 'first time',
  againMs: 'again',
  worstMs: 'the slowest',
  growth: '200 KB ÷ 50 KB',
};

/** A check in words: `16 KB pieces ÷ openai`. */
export function describeCheck({ kind, peers, figure }) {
  const what = names[figure] ? `, ${names[figure]}` : '';
  if (kind === 'faster') return `${peers.length > 1 ? 'the best peer' : peers[0]} ÷ ours${what}`;
  if (kind === 'atMostTimes') return `ours ÷ ${peers[0]}${what}`;
  return `ours${what}`;
}

/** What is promised of a check. */
export function describeReach({ kind, reach, figure }) {
  if (kind === 'faster') return `≥ ${reach}×`;
  return kind === 'atMostTimes' ? `≤ ${reach}×` : `≤ ${reach}${unit(figure)}`;
}

/** A value of a check, with its unit. */
export function describeValue({ kind, figure }, value) {
  if (value === undefined) return '–';
  return `${rounded(value)}${kind === 'atMost' ? unit(figure) : '×'}`;
}

function unit(figure) {
  return units[figure] ? ` ${units[figure]}` : '';
}

/** A number with three digits that count. */
export function rounded(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The table of the rows, as Markdown. */
export function tableOfRows(rows, works) {
  const lines = rows.flatMap(({ id, title, checks }) =>
    checks.map((check, index) => {
      const outcome = check.wrong ? `wrong result of ${check.wrong}` : check.isMet ? 'yes' : '**no**';
      const several = new Set(checks.map(({ work }) => work)).size > 1;
      return [
        index === 0 ? id : '',
        index === 0 ? title : '',
        `${several ? `${works[check.work].title}: ` : ''}${describeCheck(check)}`,
        describeReach(check),
        describeValue(check, check.measured),
        check.measuredByCpu === undefined ? '' : describeValue(check, check.measuredByCpu),
        outcome,
      ];
    }),
  );
  return table(['', 'Work', 'Compared', 'Reach', 'Measured', 'In CPU time', 'Met'], lines);
}

/** The table of all candidates' figures, as Markdown. */
export function tableOfFigures(works) {
  const lines = Object.values(works).flatMap(({ title, candidates }) =>
    Object.entries(candidates).map(([name, { figures, wrong }], index) => [
      index === 0 ? title : '',
      name,
      wrong === undefined
        ? Object.entries(figures)
            .map(([figure, value]) => `${figure} ${rounded(value)}`)
            .join(', ')
        : `wrong: ${wrong}`,
    ]),
  );
  return table(['Work', 'Candidate', 'Medians'], lines);
}

/** Columns of one width, so that the text is read as well as what is made of it. */
function table(head, lines) {
  const cells = [head, ...lines].map((line) =>
    line.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')),
  );
  const widths = head.map((_, column) => Math.max(3, ...cells.map((line) => line[column].length)));
  const row = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [first, ...others] = cells.map(row);
  return [first, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...others].join('\n');
}
