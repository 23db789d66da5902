/**
 * Fuzzes what reads a stranger's bytes, two targets at a time: each for fifteen seconds from the seeds that are kept in
 * crates/core/fuzz/corpus, or for as many as LITELLM_GATEWAY_FUZZ_SECONDS says. What it finds goes into crates/core/fuzz/artifacts.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../extension/development/pins.mjs';
import { runToEnd } from '../../extension/development/processes.mjs';
import { ensureCargoFuzz } from '../../extension/development/toolchain.mjs';

const seconds = Number(process.env.LITELLM_GATEWAY_FUZZ_SECONDS ?? 15);
assert.ok(seconds > 0, 'LITELLM_GATEWAY_FUZZ_SECONDS is a number of seconds');
const fuzzFolder = join(root, 'crates/core/fuzz');

/** Runs cargo-fuzz and gives what it printed. Without a sanitizer the stable compiler is enough. */
async function cargoFuzz(command, ...parameters) {
  const program = await ensureCargoFuzz();
  const flags = ['--fuzz-dir', fuzzFolder, '--sanitizer', 'none', ...parameters];
  const timeoutMs = 15 * 60_000 + seconds * 1000;
  const { code, how, output } = await runToEnd(program, [command, ...flags], {
    cwd: root,
    env: process.env,
    timeoutMs,
  });
  assert.equal(code, 0, `cargo fuzz ${command} ${how}. It printed:\n${output.slice(-6000)}`);
  return output;
}

/** What was found so far; a slow input is no failure to the fuzzer, but to us. */
function artifactsOf(target) {
  return readdir(join(fuzzFolder, 'artifacts', target)).catch(() => []);
}

const targets = ['sse', 'stream', 'model_info', 'convert_messages', 'error'];

describe('fuzzing', { concurrency: 2 }, () => {
  for (const target of targets) fuzz(target);
});

function fuzz(target) {
  it(`${target} stands whatever comes`, async (t) => {
    const seeds = join(fuzzFolder, 'corpus', target);
    assert.ok((await readdir(seeds)).length > 5, 'there are seeds');
    // New inputs go into the first folder: the seeds stay as they are.
    const found = await mkdtemp(join(tmpdir(), 'litellm-gateway-fuzz-'));
    t.after(() => rm(found, { recursive: true, force: true }));
    const before = await artifactsOf(target);
    const limits = [`-max_total_time=${seconds}`, '-rss_limit_mb=1500', '-timeout=20', '-max_len=65536'];
    const output = await cargoFuzz('run', target, found, seeds, '--', ...limits);
    const runs = Number(/^Done (\d+) runs/m.exec(output)?.[1]);
    assert.ok(runs > 1000, `it made ${runs} runs`);
    assert.deepEqual(await artifactsOf(target), before, 'it found nothing');
  });
}
