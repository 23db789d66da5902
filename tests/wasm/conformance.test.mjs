// Runs every scenario of tests/vectors against the built core. The format is described in tests/vectors/README.md.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';
import { mismatches } from './matching.mjs';
import { brokenLaws, joinParts } from './streamLaws.mjs';

const VECTORS = new URL('../vectors/', import.meta.url);
const SCENARIOS = 850;
const SAFETY_TIMEOUT_MS = 60_000;
const FREE_FUNCTIONS = ['resolveEndpoints', 'normalizeSettings', 'countTokens'];

const files = readdirSync(VECTORS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, scenarios: scenariosOf(name) }));

test('no scenario is lost', () => {
  assert.equal(
    files.reduce((sum, { scenarios }) => sum + scenarios.length, 0),
    SCENARIOS,
  );
  for (const { name, scenarios } of files) {
    assert.equal(new Set(scenarios.map((scenario) => scenario.name)).size, scenarios.length, `${name} repeats a name`);
  }
});

for (const { name, scenarios } of files) {
  describe(name, { concurrency: 4, timeout: SAFETY_TIMEOUT_MS }, () => {
    for (const scenario of scenarios) test(scenario.name, () => run(scenario));
  });
}

/** The scenarios of a file; a file that holds other data has none. */
function scenariosOf(name) {
  const content = JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8'));
  return Array.isArray(content) ? content.filter((entry) => entry?.call ?? entry?.calls) : [];
}

async function run(template) {
  const gateway = await startScriptedGateway();
  try {
    const { settings, server = [], calls, call, expect } = fillIn(template, gateway.port);
    gateway.setRules(server);
    const steps = calls ?? [call];
    const expectations = calls ? expect : [expect];
    assert.equal(expectations.length, steps.length, 'each call needs an expectation of its own');
    const getHandler = lazyHandler(settings);
    for (const [index, step] of steps.entries()) {
      const outcome = await perform(step, expectations[index], getHandler, gateway);
      const problems = await check(expectations[index], outcome);
      assert.deepEqual(problems, [], calls ? `call ${index} of ${steps.length}` : undefined);
    }
  } finally {
    await gateway.stop();
  }
}

/** The handler is made by the first call that needs one, so that what its constructor throws belongs to that call. */
function lazyHandler(settings = {}) {
  let handler;
  return () => {
    handler ??= settings?.apiProvider ? core.buildApiHandler(settings) : new core.LiteLLMHandler(settings);
    return handler;
  };
}

/**
 * Makes one call and tells what came of it: `{ method, parts?, result?, error?, requests, abort? }`. `abort` holds when
 * the caller gave up and which exchanges were open then.
 */
async function perform(call, expected, getHandler, gateway) {
  const outcome = { method: call.method };
  const controller = new AbortController();
  const giveUp = () => {
    outcome.abort = { at: performance.now(), open: gateway.openRequests() };
  };
  const signal = call.abortAfterMs === undefined ? undefined : controller.signal;
  let before = gateway.requests.length;
  let timer;
  try {
    if (!FREE_FUNCTIONS.includes(call.method)) {
      const handler = getHandler();
      if (call.catalogFirst) await handler.listModels();
      before = gateway.requests.length;
    }
    if (signal) {
      const presupposed = call.abortAfterMs === 0 ? () => true : () => hasBegun(expected, outcome, gateway, before);
      const fire = () => {
        if (!presupposed()) {
          timer = setTimeout(fire, 10);
          return;
        }
        giveUp();
        controller.abort();
      };
      timer = setTimeout(fire, call.abortAfterMs);
    }
    if (call.method === 'createMessage') await readStream(call, getHandler(), signal, outcome, giveUp);
    else outcome.result = await callForResult(call, getHandler, signal);
  } catch (error) {
    outcome.error = error;
  } finally {
    clearTimeout(timer);
  }
  outcome.requests = gateway.requests.slice(before);
  return outcome;
}

/**
 * Whether what a scenario wants to be interrupted has begun: its request has arrived, and the parts before the
 * interruption were delivered. On a busy machine that takes longer than the scenario's delay.
 */
function hasBegun(expected, outcome, gateway, before) {
  if (gateway.requests.length === before) return false;
  if (expected?.error?.kind !== 'aborted' || !Array.isArray(expected.parts)) return true;
  const delivered = joinParts(outcome.parts ?? []).filter(({ type }) => type !== 'response');
  return delivered.length >= expected.parts.filter(({ type }) => type !== 'response').length;
}

async function readStream({ system, messages, options, abortAfterParts }, handler, signal, outcome, giveUp) {
  outcome.parts = [];
  for await (const part of handler.createMessage(system, messages, { ...options, ...(signal && { signal }) })) {
    outcome.parts.push(part);
    if (outcome.parts.length === abortAfterParts) {
      giveUp();
      break;
    }
  }
}

async function callForResult({ method, args = [] }, getHandler, signal) {
  switch (method) {
    case 'countTokens':
      await core.initTokens(args[1]);
      return core.countTokens(...args);
    case 'resolveEndpoints':
    case 'normalizeSettings':
      return core[method](...args);
    case 'handlerCountTokens':
      return getHandler().countTokens(...args);
    case 'listModels':
      return getHandler().listModels({ ...args[0], ...(signal && { signal }) });
    case 'completePrompt':
      return getHandler().completePrompt(args[0], { ...args[1], ...(signal && { signal }) });
    case 'getModel':
    case 'calculateCost':
      return getHandler()[method](...args);
    default:
      throw new Error(`A scenario calls "${method}", which this runner does not know.`);
  }
}

async function check(expect, outcome) {
  const problems = [...errorProblems(expect, outcome)];
  if ('result' in expect) problems.push(...mismatches(expect.result, outcome.result, 'result'));
  if (expect.parts) {
    const wantsResponse = expect.parts[0]?.type === 'response';
    const parts = (outcome.parts ?? []).filter((part) => wantsResponse || part.type !== 'response');
    problems.push(...mismatches(expect.parts, joinParts(parts), 'parts'));
  }
  if (outcome.parts) {
    const ending = outcome.abort ? 'left' : outcome.error ? 'failed' : 'finished';
    problems.push(...brokenLaws(outcome.parts, ending));
  }
  if (expect.requests) problems.push(...mismatches(expect.requests, outcome.requests, 'requests'));
  if ('requestCount' in expect) {
    problems.push(...mismatches(expect.requestCount, outcome.requests.length, 'requestCount'));
  }
  if ('closedWithinMs' in expect) problems.push(...(await closingProblems(expect.closedWithinMs, outcome)));
  return problems;
}

function errorProblems(expect, { error, abort }) {
  if (expect.error) {
    if (!(error instanceof Error)) return [`error: ${error} was thrown, but an Error was expected`];
    return mismatches(expect.error, error, 'error');
  }
  const isOurAbort = abort && error?.kind === 'aborted';
  return error === undefined || isOurAbort ? [] : [`an error that nobody expects: ${error?.stack ?? error}`];
}

/** Waits for every exchange that was open when the caller gave up: a connection that stays open hits the timeout. */
async function closingProblems(limit, { abort }) {
  if (!abort || abort.open.length === 0)
    return ['nothing was open at the abort, so nothing can have been closed by it'];
  const delays = await Promise.all(abort.open.map(async (record) => (await record.closed) - abort.at));
  return delays.filter((delay) => delay > limit).map((delay) => `closed ${Math.round(delay)} ms after the abort`);
}

/** Fills in what a scenario cannot hold: the gateway's address, bytes, and text that is no valid Unicode. */
function fillIn(value, port) {
  if (typeof value === 'string') return value.replace(/\bHOST\b/g, `127.0.0.1:${port}`).replace(/\bPORT\b/g, port);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => fillIn(entry, port));
  if (typeof value.$bytes === 'string') return new Uint8Array(Buffer.from(value.$bytes, 'base64'));
  if (Array.isArray(value.$utf16)) return String.fromCharCode(...value.$utf16);
  // `fromEntries` defines members where assignment would call the setter of `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fillIn(entry, port)]));
}
