/** How a piece of work is timed inside its process. All times are in milliseconds, all sizes in megabytes of 1,000,000 bytes. */

/** How long a piece of work is warmed up and timed: at least so many runs and at least so many milliseconds. */
const efforts = {
  full: { warmUpRuns: 6, warmUpMs: 400, runs: 7, runsMs: 500 },
  quick: { warmUpRuns: 3, warmUpMs: 120, runs: 5, runsMs: 120 },
  /** Only to see that the result is right. */
  check: { warmUpRuns: 0, warmUpMs: 0, runs: 1, runsMs: 0 },
};

/**
 * Times work that is done again and again.
 * @param {() => unknown} work may give a promise
 * @param {(result: unknown) => unknown} verify throws, or rejects, when a result is wrong; every result is looked at, outside of
 *   the timing
 * @param {keyof typeof efforts} effort
 * @returns {Promise<{ firstMs: number, firstCpuMs: number, peakMB: number, wallMs: number, cpuMs: number }>} the very first
 *   run, and the most memory that the process had up to its end; then the median of the timed runs, and the mean of their
 *   processor time, which garbage collection and compilation are part of
 */
export async function repeat(work, verify, effort) {
  const first = await timed(work, verify);
  const [times] = await warmSeries([[work, verify]], effort);
  return { firstMs: first.wallMs, firstCpuMs: first.cpuMs, peakMB: first.peakMB, ...figuresOf(times) };
}

/**
 * How many times longer the second work takes than the first, both warm. They are timed in turns: what slows the machine for a
 * while slows both. Each is a pair of work and `verify`.
 * @returns {Promise<{ wallMs: number, cpuMs: number, growth: number, cpuGrowth: number }>} the time of the second work; the median of
 *   the turns' ratios, and the ratio of the mean processor times
 */
export async function growthOf(first, second, effort) {
  const [small, large] = await warmSeries([first, second], effort);
  const figures = figuresOf(large);
  const growth = median(large.map(({ wallMs }, turn) => wallMs / small[turn].wallMs));
  return { ...figures, growth, cpuGrowth: figures.cpuMs / figuresOf(small).cpuMs };
}

/** Times works in turns, after a warm-up. Gives the times of each, in the order of the turns. */
async function warmSeries(works, effort) {
  const { warmUpRuns, warmUpMs, runs, runsMs } = efforts[effort];
  const series = async (count, milliseconds) => {
    const turns = [];
    let spent = 0;
    while (turns.length < count || spent < milliseconds * works.length) {
      const turn = [];
      for (const [work, verify] of works) turn.push(await timed(work, verify));
      turns.push(turn);
      spent += turn.reduce((sum, { wallMs }) => sum + wallMs, 0);
    }
    return works.map((_, index) => turns.map((turn) => turn[index]));
  };
  await series(warmUpRuns, warmUpMs);
  return series(runs, runsMs);
}

/** The median of the times by the clock, and the mean of those of the processor. */
function figuresOf(times) {
  return {
    wallMs: median(times.map(({ wallMs }) => wallMs)),
    cpuMs: times.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / times.length,
  };
}

/**
 * Makes the host ready for requests: an editor's host has loaded what stands behind `Response` and its streams long before
 * an extension asks for anything, while a fresh process loads it at the first use.
 */
export async function readyHost() {
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('data: {}\n\n'));
      controller.close();
    },
  });
  const request = new Request('http://127.0.0.1:4000', { method: 'POST', headers: { accept: '*/*' }, body: '{}' });
  const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  for await (const piece of response.body) new TextDecoder().decode(piece, { stream: true });
  await request.text();
  // The functions of `fetch` itself are loaded by a request that needs no network.
  await (await fetch('data:text/plain,ready')).text();
}

/** Times work that is done once in its process. */
export async function once(work, verify) {
  const { wallMs, cpuMs } = await timed(work, verify);
  return { wallMs, cpuMs };
}

async function timed(work, verify) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const peakMB = (process.resourceUsage().maxRSS * 1024) / 1e6;
  await verify(result);
  return { wallMs, cpuMs: (user + system) / 1000, peakMB };
}

/** The number in the middle; of an even count the mean of the two. */
export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
