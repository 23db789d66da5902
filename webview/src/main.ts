/** The settings page: asks the extension for its texts and what is saved, then shows the profiles. */
import './styles.css';
import './modelPicker.css';
import './connectionTest.css';
import './moreFields.css';
import './profiles.css';
import './modelToolbar.css';
import './models.css';
import './modelDetail.css';
import { element } from './elements';
import { isKept } from './hostMessages';
import { ProfilesPage } from './profilesPage';
import { Rpc, reasonOf } from './rpc';

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
  addEventListener('message', (event) => {
    // The editor hands messages on from within this page's own origin; whoever else may reach the window is nobody.
    if (event.origin === origin) rpc.receive(event.data);
  });
  try {
    const state = editor.getState();
    const kept = isKept(state) ? state : undefined;
    const start = await rpc.of(kept?.profile ?? '').request('start', null).answer;
    page = new ProfilesPage({
      rpc,
      start,
      kept: start.kept ?? kept,
      keep: (state) => {
        editor.setState(state);
        rpc.keep(state);
      },
    });
    document.body.replaceChildren(page.root);
    await page.focus();
  } catch (error) {
    // The texts did not come, so this one is in English; a failure that the extension tells is in the editor's language.
    const sentence = reasonOf(error, 'The settings could not be loaded. Close this page and open it again.');
    document.body.replaceChildren(element('p', { class: 'failure', role: 'alert', text: sentence }));
  }
}

void show();
