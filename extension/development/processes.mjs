/**
 * Running other programs: one-off commands and long-running servers. None outlives this process.
 *
 * Each gets a process group of its own, so that stopping it also stops what it started. All groups that are still
 * running are ended when this process exits, whatever the reason: its end, an uncaught error, SIGINT, SIGTERM, SIGHUP.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const tailLength = 4000;
/** Programs that are just ending may still write. */
const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 };
const running = new Set();
const temporaryFolders = new Set();
/** Set while `untilInterrupted` waits. */
let interrupted;
let endsWithThisProcess = false;

/**
 * Runs a command to its end and gives what it wrote to stdout. A failure is an Error whose message has the command and
 * the last lines it printed.
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>}
 */
export async function run(command, parameters, options = {}) {
  const { code, how, stdout, output } = await runToEnd(command, parameters, options);
  if (code === 0) return stdout;
  const line = [command, ...parameters].join(' ');
  throw new Error(`\`${line}\` ${how}. It printed:\n${output.trim().slice(-tailLength)}`);
}

/**
 * Runs a command to its end, however it ends.
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, patient?: boolean }} [options] `timeoutMs`: it is
 *   killed after that. `patient`: it leaves the processor to whatever else wants it.
 * @returns {Promise<{ code: number | null, how: string, stdout: string, output: string }>} `how` it ended, in words;
 *   `output`: all it printed, to stdout and stderr.
 */
export function runToEnd(command, parameters, options = {}) {
  return new Promise((resolve) => {
    const child = spawnGroup(command, parameters, options);
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    let late = '';
    const timer = setTimeout(
      () => {
        late = ` and was killed after ${options.timeoutMs / 1000} seconds`;
        signalGroup(child.pid, 'SIGKILL');
      },
      options.timeoutMs ?? 2 ** 31 - 1,
    );
    const end = (code, how) => {
      clearTimeout(timer);
      running.delete(child.pid);
      resolve({ code, how, stdout, output });
    };
    child.on('error', (error) => end(null, `could not be started: ${error.message}`));
    child.on('close', (code, signal) => end(code, `ended with ${signal ?? `code ${code}`}${late}`));
  });
}

/**
 * Starts a server in a process group of its own.
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log?: (text: string) => void }} [options] `log` gets all it prints.
 * @returns {{ tail: string, ended: string | undefined, closed: Promise<void>, stop: () => Promise<void> }} `tail`: the
 *   last it printed. `ended`: how it ended, if it did.
 */
export function startServer(command, parameters, options = {}) {
  const child = spawnGroup(command, parameters, options);
  const closed = new Promise((resolve) => {
    child.on('close', () => resolve());
    child.on('error', () => resolve());
  });
  const server = { tail: '', ended: undefined, closed, stop: () => stop(child) };
  const keep = (text) => {
    server.tail = (server.tail + text).slice(-tailLength);
    options.log?.(text);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.on('error', (error) => {
    server.ended = `could not be started: ${error.message}`;
  });
  child.on('exit', (code, signal) => {
    server.ended = `ended with ${signal ?? `code ${code}`}`;
  });
  return server;
}

/** Waits until `url` answers 200. Fails at once when the server has ended, and with the tail of what it printed. */
export async function untilReady(server, name, url, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (server.ended) throw new Error(`${name} ${server.ended}. It printed:\n${server.tail}`);
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (response?.status === 200) return;
    await sleep(100);
  }
  await server.stop();
  throw new Error(`${name} did not answer at ${url} within ${timeoutMs / 1000} seconds. It printed:\n${server.tail}`);
}

/**
 * A loopback port that nothing listens on now. It lies below the range from which systems give ports to outgoing
 * connections: a server that takes seconds to start would find one of those taken.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A new folder that is removed by `remove`, and at the latest when this process exits. */
export async function temporaryFolder(name) {
  endWithThisProcess();
  const path = await mkdtemp(join(tmpdir(), `litellm-gateway-${name}-`));
  temporaryFolders.add(path);
  return {
    path,
    remove: async () => {
      temporaryFolders.delete(path);
      await rm(path, removal);
    },
  };
}

/** Says what is being done, and afterwards how long it took. */
export async function step(label, work) {
  const start = Date.now();
  process.stdout.write(`${label} … `);
  try {
    const result = await work();
    process.stdout.write(`${((Date.now() - start) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}

/** Resolves at the next SIGINT, SIGTERM or SIGHUP, which then does not end this process. */
export function untilInterrupted() {
  endWithThisProcess();
  return new Promise((resolve) => {
    interrupted = () => {
      interrupted = undefined;
      resolve();
    };
  });
}

/** Whether the module with this URL is the program that was started, and not imported by another one. */
export function isMain(url) {
  return process.argv[1] !== undefined && url === pathToFileURL(process.argv[1]).href;
}

/** For the main function of a script: an error is one readable text, never a stack trace. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

function spawnGroup(command, parameters, options) {
  endWithThisProcess();
  const child = spawn(command, parameters, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid === undefined) return child;
  running.add(child.pid);
  if (options.patient) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return child;
}

async function stop(child) {
  if (child.pid === undefined || !running.delete(child.pid)) return;
  signalGroup(child.pid, 'SIGTERM');
  for (let waited = 0; waited < 3000 && groupLives(child.pid); waited += 50) await sleep(50);
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(id, signal) {
  try {
    process.kill(-id, signal);
  } catch {
    // The group is gone already.
  }
}

function groupLives(id) {
  try {
    process.kill(-id, 0);
    return true;
  } catch {
    return false;
  }
}

function endWithThisProcess() {
  if (endsWithThisProcess) return;
  endsWithThisProcess = true;
  process.on('exit', () => {
    for (const id of running) signalGroup(id, 'SIGKILL');
    for (const path of temporaryFolders) rmSync(path, removal);
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ]) {
    // Whoever waits in `untilInterrupted` stops what it started itself, and without haste.
    process.on(signal, () => (interrupted ? interrupted() : process.exit(128 + number)));
  }
}
