/**
 * `npm start`: a real VS Code with this extension in it, connected to a real LiteLLM.
 *
 * Without arguments the editor is served to the browser; `-- --desktop` uses the `code` or `codium` on the PATH. The
 * gateway is an embedded one whose models answer offline, unless LITELLM_BASE_URL (with LITELLM_API_KEY and
 * LITELLM_MODEL) names another. The profile is a new one each time.
 */
import { demonstrationConfig, writeWorkspace } from './demonstration.mjs';
import { findDesktop, startDesktop } from './desktop.mjs';
import { ensureEditor, startEditor } from './editor.mjs';
import { ensureGateway, startGateway } from './gateway.mjs';
import { packageExtension } from './package.mjs';
import { requirePrerequisites } from './prerequisites.mjs';
import { main, step, temporaryFolder, untilInterrupted } from './processes.mjs';

await main(async () => {
  const desktop = readArguments(process.argv.slice(2));
  const external = process.env.LITELLM_BASE_URL;
  if (desktop) findDesktop();
  await requirePrerequisites(desktop ? 'npm start -- --desktop' : 'npm start', [
    'build',
    ...(desktop ? [] : ['editor']),
    ...(external ? [] : ['gateway']),
  ]);
  const vsix = await packageExtension();
  if (!external) await ensureGateway();
  if (!desktop) await ensureEditor();

  const temporary = await temporaryFolder('start');
  const started = [];
  try {
    const workspace = await writeWorkspace(temporary.path);
    let env = {};
    if (!external) {
      const gateway = await step('Starting the gateway', () => startGateway({ config: demonstrationConfig }));
      started.push(gateway);
      env = { LITELLM_BASE_URL: gateway.baseUrl, LITELLM_API_KEY: gateway.masterKey };
    }
    // The chat opens by itself as soon as it can answer.
    const settings = { 'workbench.secondarySideBar.defaultVisibility': 'hidden' };
    const options = { workspace, vsix, chat: true, settings, env };
    const editor = await step('Starting the editor', () => (desktop ? startDesktop(options) : startEditor(options)));
    started.push(editor);
    printGuide(editor.url, external, env);
    await Promise.race([untilInterrupted(), ...(editor.closed ? [editor.closed] : [])]);
    process.stdout.write('\nStopping … ');
  } finally {
    for (const { stop } of started.reverse()) await stop();
    await temporary.remove();
  }
  console.log('done');
});

/** Whether `--desktop` was given, the only argument there is. */
function readArguments(given) {
  const unknown = given.find((argument) => argument !== '--desktop');
  if (unknown) throw new Error(`\`npm start\` does not know ${unknown}. It knows \`npm start -- --desktop\`.`);
  return given.length > 0;
}

function printGuide(url, external, env) {
  const gateway = external
    ? `The gateway is yours, at ${external}.`
    : `The gateway is a LiteLLM of its own, at ${env.LITELLM_BASE_URL}, and ends with this command.
Its key, should you want to type it into the settings panel: ${env.LITELLM_API_KEY}`;
  console.log(`
${url ? `Open ${url}` : 'The editor has opened.'}

  - In the Chat view, which opens as soon as it is ready, type "Say hello".
    Another model: click on the model's name below the text.
  - Press F1 and choose "LiteLLM Gateway: Open Settings" to see or change the connection.

${gateway}
Ctrl-C ends ${url ? 'the editor and all that belongs to it' : 'everything'}.`);
}
