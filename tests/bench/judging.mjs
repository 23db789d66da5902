/** What the figures say about the promises of the rows. */
import { median } from './measurement.mjs';

/** The processor time that belongs to a time by the clock. */
const cpuFigureOf = {
  wallMs: 'cpuMs',
  firstMs: 'firstCpuMs',
  againMs: 'againCpuMs',
  keptMs: 'keptCpuMs',
  worstMs: 'worstCpuMs',
  growth: 'cpuGrowth',
};

/**
 * Judges the checks of a row.
 * @param {import('./rounds.mjs').Results} results
 * @returns {{ id: string, title: string, checks: Judged[] }}
 *
 * @typedef {object} Judged
 * @property {string} kind as in rows.mjs
 * @property {string} work
 * @property {string[]} peers
 * @property {string} figure
 * @property {number} reach
 * @property {number} [measured] the median over the rounds; none when a result was wrong
 * @property {number} [measuredByCpu] the same in processor time, for times
 * @property {string} [peer] the one that counted
 * @property {boolean} isMet by the clock
 * @property {boolean} [isMetByCpu] in processor time, for times: it tells more on a busy machine
 * @property {string} [wrong] whose result was wrong, and how
 */
export function judgeRow({ id, title, checks }, results) {
  return { id, title, checks: checks.map((check) => judge(check, results)) };
}

function judge(check, results) {
  const candidates = results[check.work];
  const wrong = Object.entries(candidates).find(
    ([name, { wrong: reason }]) => reason !== undefined && (name === 'ours' || check.peers.includes(name)),
  );
  if (wrong) return { ...check, isMet: false, wrong: `${wrong[0]}: ${wrong[1].wrong}` };
  const { value: measured, peer } = compare(check, check.figure, candidates);
  const meets = (value) => (check.kind === 'faster' ? value >= check.reach : value <= check.reach);
  const judged = { ...check, measured, ...(peer && { peer }), isMet: meets(measured) };
  const cpuFigure = cpuFigureOf[check.figure];
  // Some works know the time by the clock alone.
  if (cpuFigure === undefined || candidates.ours.rounds[0]?.[cpuFigure] === undefined) return judged;
  const measuredByCpu = compare(check, cpuFigure, candidates).value;
  return { ...judged, measuredByCpu, isMetByCpu: meets(measuredByCpu) };
}

/** The value that a check is about, in one figure: the median of the rounds' own values. */
function compare({ kind, peers }, figure, candidates) {
  const values = (name) => candidates[name].rounds.map((figures) => figures[figure]);
  const ours = values('ours');
  if (kind === 'atMost') return { value: median(ours) };
  const ratios = peers.map((peer) => {
    const theirs = values(peer);
    const ofRounds = ours.map((own, round) => (kind === 'faster' ? theirs[round] / own : own / theirs[round]));
    return { peer, value: median(ofRounds) };
  });
  return ratios.reduce((least, ratio) => (ratio.value < least.value ? ratio : least));
}

/** The medians of a candidate's figures over the rounds. */
export function mediansOf({ rounds }) {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((figures) => figures[name]))]));
}
