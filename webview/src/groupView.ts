/** A profile that the editor keeps: what it is, and the way to where it can be changed. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { PageStrings, ProfileChoice } from '../../extension/src/protocol';
import { element, foreign } from './elements';

/** What is shown in the form's place. `manage` opens the editor's own list of models. */
export function groupView(
  strings: PageStrings,
  { address, hasKey }: NonNullable<ProfileChoice['group']>,
  manage: () => void,
): HTMLElement {
  const open = element('vscode-button', { text: strings.groupManage });
  open.secondary = true;
  open.addEventListener('click', manage);
  const facts = element(
    'dl',
    { class: 'facts' },
    element('dt', { text: strings.groupAddress }),
    element('dd', {}, foreign(address, 'address')),
    element('dt', { text: strings.groupKey }),
    element('dd', { text: hasKey ? strings.groupKeySaved : strings.groupKeyNone }),
  );
  return element('div', { class: 'group' }, element('p', { text: strings.groupHelp }), facts, open);
}
