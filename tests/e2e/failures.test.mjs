// What the user reads in the chat when something is wrong: one sentence that names the cause and what to do.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { scene, startStage } from './stage.mjs';

describe('failures in the chat', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let relay;

  before(async () => {
    stage = await startStage('failures');
    ({ workbench, relay } = stage);
    const { baseUrl } = stage.gateway;
    // A model that the gateway listed and has lost since.
    const listed = await fetch(`${baseUrl}/v1/model/info`, {
      headers: { authorization: `Bearer ${stage.gateway.masterKey}` },
    });
    const { data } = await listed.json();
    const vanished = { ...data[0], model_name: 'vanished', model_info: { ...data[0].model_info, id: 'vanished' } };
    relay.setRules([{ when: { path: '/v1/model/info' }, json: { data: [...data, vanished] } }, { forward: baseUrl }]);
    await workbench.chooseModel('text');
  });
  after(() => stage?.stop());

  /** Asks a model and gives the text in the place of the answer, which must be a sentence and no stack trace. */
  async function askAndFail(model, question, words, picture) {
    await workbench.chooseModel(model);
    await workbench.ask(question);
    const said = await workbench.replyWith(words);
    await workbench.settled();
    await workbench.picture(picture);
    assert.doesNotMatch(said, /\bat .*:\d+:\d+|\[object|undefined|Traceback|LiteLLMError/);
    assert.ok(!said.includes(stage.gateway.masterKey));
    return said;
  }

  scene(
    'a provider that refuses the key of the gateway',
    () => workbench,
    async () => {
      const said = await askAndFail(
        'bad-provider-key',
        'Who pays?',
        "The provider refused the gateway's own account",
        'provider-key',
      );
      assert.match(said, /administrator/);
    },
  );

  scene(
    'a prompt that is too long',
    () => workbench,
    async () => {
      const said = await askAndFail(
        'context-window',
        'Too long?',
        'The conversation is too long for this model',
        'context-window',
      );
      assert.match(said, /Start a new chat/);
    },
  );

  scene(
    'an answer that breaks off',
    () => workbench,
    async () => {
      const said = await askAndFail('abort', 'Break off?', 'The gateway or the provider behind it failed', 'abort');
      assert.match(said, /^The beginning of.*Try again/);
    },
  );

  scene(
    'a model that the gateway no longer has',
    () => workbench,
    async () => {
      const said = await askAndFail('vanished', 'Where are you?', 'vanished', 'unknown-model');
      assert.match(said, /Choose a model from the gateway's list/);
    },
  );

  scene(
    'a wrong key',
    () => workbench,
    async () => {
      relay.setRules([{ forward: stage.gateway.baseUrl, headers: { authorization: 'Bearer sk-wrong' } }]);
      const said = await askAndFail('text', 'May I come in?', 'The gateway does not know this API key', 'wrong-key');
      assert.match(said, /Check the key in the settings/);
    },
  );

  scene(
    'a web page in the place of an answer',
    () => workbench,
    async () => {
      const page = '<!DOCTYPE html><html><body><h1>Welcome to the hotel network</h1></body></html>';
      relay.setRules([{ headers: { 'content-type': 'text/html' }, text: page }]);
      const said = await askAndFail(
        'text',
        'Is anybody there?',
        'The address answers with a web page and not like a LiteLLM gateway',
        'web-page',
      );
      assert.match(said, /Check the base URL/);
      assert.doesNotMatch(said, /<html|hotel/);
    },
  );

  scene(
    'a gateway that is down',
    () => workbench,
    async () => {
      await relay.stop();
      const said = await askAndFail('text', 'Are you awake?', 'There is no connection to the gateway', 'down');
      assert.match(said, /Check that it is running and that the base URL is right/);
    },
  );
});
