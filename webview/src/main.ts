/** The settings page: asks the extension for its texts and what is saved, then shows the form. */
import './styles.css';
import { element } from './elements';
import { NoAnswer, Rpc } from './rpc';
import { SettingsForm, type UnsavedTexts } from './settingsForm';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

async function show(): Promise<void> {
  const editor = acquireVsCodeApi();
  let form: SettingsForm | undefined;
  const rpc = new Rpc(
    (message) => editor.postMessage(message),
    (saved) => form?.follow(saved),
  );
  addEventListener('message', (event) => rpc.receive(event.data));
  try {
    const start = await rpc.request('start', null).answer;
    const unsaved = readUnsaved(editor.getState());
    form = new SettingsForm({ rpc, start, unsaved, keep: (texts) => editor.setState(texts) });
    document.body.replaceChildren(form.root);
    await form.focus();
  } catch (error) {
    // The texts did not come, so this one is in English; a failure that the extension tells is in the editor's language.
    const sentence =
      (error instanceof NoAnswer && error.message) ||
      'The settings could not be loaded. Close this page and open it again.';
    document.body.replaceChildren(element('p', { class: 'failure', role: 'alert', text: sentence }));
  }
}

function readUnsaved(state: unknown): UnsavedTexts | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { baseUrl, modelId } = state as Record<string, unknown>;
  return typeof baseUrl === 'string' && typeof modelId === 'string' ? { baseUrl, modelId } : undefined;
}

void show();
