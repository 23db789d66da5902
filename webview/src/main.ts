/** The settings page: asks the extension for its texts and what is saved, then shows the profiles. */
import './styles.css';
import './profiles.css';
import { element } from './elements';
import { type KeptState, ProfilesPage } from './profilesPage';
import { NoAnswer, Rpc } from './rpc';
import type { UnsavedTexts } from './settingsForm';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

async function show(): Promise<void> {
  const editor = acquireVsCodeApi();
  let page: ProfilesPage | undefined;
  const rpc = new Rpc(
    (message) => editor.postMessage(message),
    (announcement) => page?.follow(announcement),
  );
  addEventListener('message', (event) => rpc.receive(event.data));
  try {
    const kept = readKept(editor.getState());
    const start = await rpc.of(kept?.profile ?? '').request('start', null).answer;
    page = new ProfilesPage({ rpc, start, kept, keep: (state) => editor.setState(state) });
    document.body.replaceChildren(page.root);
    await page.focus();
  } catch (error) {
    // The texts did not come, so this one is in English; a failure that the extension tells is in the editor's language.
    const sentence =
      (error instanceof NoAnswer && error.message) ||
      'The settings could not be loaded. Close this page and open it again.';
    document.body.replaceChildren(element('p', { class: 'failure', role: 'alert', text: sentence }));
  }
}

function readKept(state: unknown): KeptState | undefined {
  if (!isRecord(state) || typeof state['profile'] !== 'string' || !isRecord(state['unsaved'])) return undefined;
  const unsaved: Record<string, UnsavedTexts> = {};
  for (const [profile, texts] of Object.entries(state['unsaved'])) {
    if (!isRecord(texts)) continue;
    const { baseUrl, modelId } = texts;
    if (typeof baseUrl === 'string' && typeof modelId === 'string') unsaved[profile] = { baseUrl, modelId };
  }
  return { profile: state['profile'], unsaved };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

void show();
