/** The results as text: a table of what is promised and a table of all figures, both in Markdown. */
import { labelOf, times, valueWithUnit } from './figures.mjs';

/** The table of the rows: what is promised, what was measured, and whether it is met. */
export function tableOfRows(rows, works) {
  const lines = rows.flatMap(({ id, title, checks }) => {
    const several = new Set(checks.map(({ work }) => work)).size > 1;
    return checks.map((check, index) => [
      index === 0 ? `**${id}**` : '',
      index === 0 ? title : '',
      (several ? `${works[check.work].title}: ` : '') + describeCheck(check),
      describeReach(check),
      describeValue(check, check.measured),
      describeValue(check, check.measuredByCpu),
      describeOutcome(check),
    ]);
  });
  return table(['', 'Work', 'Compared', 'Reach', 'Measured', 'In CPU time', 'Met'], lines);
}

/** The table of every candidate's medians. */
export function tableOfFigures(works) {
  const lines = Object.values(works).flatMap(({ title, candidates }) =>
    Object.entries(candidates).map(([name, { figures, wrong }], index) => [
      index === 0 ? title : '',
      name,
      ...(wrong === undefined ? figureCells(figures, candidates.ours.figures) : [`wrong: ${wrong}`, '', '', '']),
    ]),
  );
  return table(['Work', 'Candidate', 'Time', 'CPU time', '÷ ours', 'Other figures'], lines);
}

function figureCells(figures, ours) {
  const { wallMs, cpuMs, ...others } = figures;
  const isCompared = wallMs !== undefined && ours?.wallMs !== undefined && figures !== ours;
  return [
    wallMs === undefined ? '' : valueWithUnit('wallMs', wallMs),
    cpuMs === undefined ? '' : valueWithUnit('cpuMs', cpuMs),
    isCompared ? times(wallMs / ours.wallMs) : '',
    Object.entries(others)
      .filter(([figure]) => labelOf(figure))
      .map(([figure, value]) => `${labelOf(figure)} ${valueWithUnit(figure, value)}`)
      .join(', '),
  ];
}

function describeCheck({ kind, peers, peer, figure }) {
  const what = labelOf(figure) ? `, ${labelOf(figure)}` : '';
  const other = peers.length > 1 ? `the best peer${peer ? ` (${peer})` : ''}` : peers[0];
  if (kind === 'faster') return `${other} ÷ ours${what}`;
  return kind === 'atMostTimes' ? `ours ÷ ${other}${what}` : `ours${what}`;
}

function describeReach({ kind, reach, figure }) {
  if (kind === 'faster') return `≥ ${times(reach)}`;
  return `≤ ${kind === 'atMostTimes' ? times(reach) : valueWithUnit(figure, reach)}`;
}

function describeValue({ kind, figure }, value) {
  if (value === undefined) return '';
  return kind === 'atMost' ? valueWithUnit(figure, value) : times(value);
}

/** Whether a check is met; on a busy machine the clock and the processor may disagree. */
function describeOutcome({ wrong, isMet, isMetByCpu }) {
  if (wrong) return `wrong result of ${wrong}`;
  if (isMet) return 'yes';
  return isMetByCpu ? 'in CPU time only' : '**no**';
}

/** What was measured on, in a sentence. */
export function describeMachine({ machine, isQuick }) {
  const { date, processor, cores, memoryGB, system, load, node, version, commit } = machine;
  const effort = isQuick ? 'quick run, one round' : 'five rounds';
  return `${date}: ${processor}, ${cores} cores, ${memoryGB} GB, ${system}, load ${load} before the run; Node.js ${node}; LiteLLM Gateway ${version} at ${commit}; ${effort}.`;
}

/** The versions of the peers, in a sentence. */
export function describePeers({ machine: { peers } }) {
  const names = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return `Peers: ${names.join(', ')}.`;
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
