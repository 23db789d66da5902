/** Runs the pieces of work: rounds of fresh processes, in which the candidates take turns in a random order. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, startServer, temporaryFolder } from '../../extension/development/processes.mjs';
import { Random } from './data/random.mjs';
import { works } from './works.mjs';

const here = dirname(fileURLToPath(import.meta.url));
/** Only what hangs takes so long. */
const timeoutMs = 10 * 60_000;
/** Puts the processes before others that run on this machine, which only root may do. */
const priority = process.getuid?.() === 0 ? ['nice', '-n', '-15'] : [];

/**
 * Measures each piece of work in so many rounds.
 * @param {{ node: string, names: string[], rounds: number, effort: string, report?: (text: string) => void }} options
 *   `node`: the program that runs the processes. `report` hears what is being done.
 * @returns {Promise<Results>}
 *
 * @typedef {Record<string, Record<string, Candidate>>} Results by work and candidate
 * @typedef {{ rounds: Record<string, number>[], wrong?: string }} Candidate the figures of each round; or what was wrong
 *   about a result, which ends the candidate's part in this work
 */
export async function runRounds({ node, names, rounds, effort, report = () => {} }) {
  const folder = await temporaryFolder('bench');
  const random = new Random(1);
  const results = {};
  try {
    for (const name of names) {
      report(works[name].title);
      await writeInputs(works[name], folder.path);
      const server = works[name].server && (await startStreamServer(node, join(folder.path, works[name].server)));
      try {
        const candidates = works[name].candidates.map((candidate) => [candidate, { rounds: [] }]);
        results[name] = Object.fromEntries(candidates);
        for (let round = 0; round < roundsOf(works[name], rounds); round += 1) {
          for (const [candidate, outcome] of random.shuffled(candidates)) {
            if (outcome.wrong !== undefined) continue;
            const context = { work: name, candidate, effort, folder: folder.path, serverAddress: server?.address };
            const { figures, wrong } = await measureOnce(node, works[name], context);
            if (wrong === undefined) outcome.rounds.push(figures);
            else outcome.wrong = wrong;
          }
        }
      } finally {
        await server?.stop();
      }
    }
  } finally {
    await folder.remove();
  }
  return results;
}

/** One short run says less than the median of many: the machine may just have been slow. */
function roundsOf({ isMeasuredOnce, isOneRun }, rounds) {
  if (isMeasuredOnce) return 1;
  return isOneRun && rounds > 1 ? 3 * rounds : rounds;
}

async function writeInputs({ inputs }, folder) {
  await mkdir(folder, { recursive: true });
  for (const [name, make] of Object.entries(inputs)) {
    // What another piece of work needs, too, is there already.
    await writeFile(join(folder, name), await make(), { flag: 'wx' }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function measureOnce(node, { nodeFlags = [] }, context) {
  const parameters = [...nodeFlags, join(here, 'child.mjs'), JSON.stringify(context)];
  const [command, ...others] = [...priority, node, ...parameters];
  const { code, how, stdout, output } = await runToEnd(command, others, { cwd: here, timeoutMs });
  if (code === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  return { wrong: `its process ${how}: ${output.trim().slice(-400)}` };
}

/** Starts the server of a file of events. */
async function startStreamServer(node, file) {
  let heard;
  const address = new Promise((resolve) => {
    heard = resolve;
  });
  const [command, ...others] = [...priority, node, join(here, 'streamServer.mjs'), file];
  const server = startServer(command, others, { log: (text) => heard(text.trim()) });
  const first = await Promise.race([address, server.closed]);
  if (!first?.startsWith('http:')) throw new Error(`The stream server did not start: ${server.tail}`);
  return { address: first, stop: server.stop };
}
