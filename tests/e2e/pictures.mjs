// `npm run pictures`: the pictures in README.md and in the walkthrough, taken of the real thing.
//
// A real editor with this extension in it, before a real LiteLLM whose models answer offline: what is to be seen is what a user
// sees. Run it after a build whenever the look of something in a picture changed.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demonstrationConfig } from '../../extension/development/demonstration.mjs';
import { root } from '../../extension/development/pins.mjs';
import { startStage } from './stage.mjs';
import { until } from './until.mjs';

const media = join(root, 'extension/media');
const walkthrough = join(media, 'walkthrough');

/** The model that answers in the pictures. */
const MODEL = { id: 'openai/gpt-4o', name: 'gpt-4o' };

const stage = await startStage('pictures', {
  isConnected: false,
  isChatEnabled: false,
  configuration: () => demonstrationConfig,
});
const { workbench } = stage;
const { page } = workbench;
const quickInput = page.locator('.quick-input-widget');
const input = quickInput.locator('.quick-input-box input');

try {
  await mkdir(walkthrough, { recursive: true });
  await page.setViewportSize({ width: 1100, height: 640 });
  await step('The list of providers', async () => {
    await workbench.runCommand('LiteLLM Gateway: Start a Gateway on This Machine…');
    await workbench.quickTexts('Start a Gateway');
    await takeQuickInput('local');
    await page.keyboard.press('Escape');
  });
  await step('The quick set-up', async () => {
    await workbench.runCommand('LiteLLM Gateway: Set Up…');
    await type('1 of 3', stage.relay.baseUrl);
    await type('2 of 3', stage.gateway.masterKey);
    await workbench.quickTexts('3 of 3');
    await takeQuickInput('connect');
    await input.fill(MODEL.id);
    await page.keyboard.press('Enter');
  });
  await step('The steps without GitHub', async () => {
    await workbench.quickTexts('Use Without GitHub Sign-In');
    await takeQuickInput('signedOut');
    await page.keyboard.press('Enter');
  });
  await step('The chat', async () => {
    await until('the model is chosen', async () => (await workbench.chosenModel()) === MODEL.name);
    await workbench.runCommand('Notifications: Clear All Notifications');
    await workbench.ask('Say hello');
    await workbench.replyWith('This is the demonstration gateway');
    await workbench.settled();
    await take(join(media, 'chat.webp'));
  });
  await step('The settings page', async () => {
    const panel = await workbench.openSettings();
    for (const command of ['View: Close Primary Side Bar', 'View: Toggle Secondary Side Bar Visibility']) {
      await workbench.runCommand(command);
    }
    await page.setViewportSize({ width: 760, height: 760 });
    await panel.getByRole('button', { name: 'Test Connection', exact: true }).click();
    await panel.getByText('The connection works.').first().waitFor();
    await page.mouse.move(0, 0);
    await take(join(media, 'settings.webp'));
  });
} finally {
  await stage.stop();
}

async function step(title, work) {
  process.stdout.write(`${title} … `);
  try {
    await work();
  } catch (error) {
    await workbench.picture('failed');
    throw error;
  }
  console.log('taken');
}

async function type(title, text) {
  await page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
  await input.fill(text);
  await input.press('Enter');
}

/** The quick input with something of the editor around it. */
async function takeQuickInput(name) {
  // A hover or a movement would be in the picture.
  await page.mouse.move(0, 0);
  const hovers = page.locator('.workbench-hover-container, .monaco-hover');
  await until('no hover is shown', async () => {
    const shown = await hovers.evaluateAll((all) => all.filter((hover) => hover.checkVisibility()).length);
    return shown === 0;
  });
  const { x, y, width, height } = await quickInput.boundingBox();
  const margin = 24;
  const clip = { x: x - margin, y: Math.max(0, y - margin), width: width + 2 * margin, height: height + 2 * margin };
  await take(join(walkthrough, `${name}.webp`), { clip, animations: 'disabled' });
}

/** Takes a picture as WebP, which is half of PNG: every user's download has it. */
async function take(file, options) {
  const png = (await page.screenshot(options)).toString('base64');
  // The editor's own page loads no image that it does not know.
  const converter = await page.context().newPage();
  const webp = await converter.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.9).split(',')[1];
  }, png);
  await converter.close();
  await writeFile(file, Buffer.from(webp, 'base64'));
}
