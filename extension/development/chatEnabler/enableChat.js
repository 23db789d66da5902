/**
 * Enables the editor's built-in chat extension, which starts out disabled in a profile whose user never signed in to
 * GitHub. That state is kept in the browser, so nothing outside the editor can set it.
 *
 * Until the chat is ready, whatever is typed into it is answered by a request to sign in. So where the settings hide the
 * chat at first, it is opened when it is ready.
 */
const vscode = require('vscode');

const chatExtension = 'GitHub.copilot-chat';
const pause = 500;
/** A gateway that cannot be reached offers no models, and the chat is opened all the same. */
const mostPausesForModels = 20;

exports.activate = (context) => {
  let stopped = false;
  context.subscriptions.push({ dispose: () => (stopped = true) });
  void enableChat(() => stopped);
};

async function enableChat(isStopped) {
  const chat = () => vscode.extensions.getExtension(chatExtension);
  // The command is unknown at first, and does nothing before the editor has listed its extensions: it is asked for until it
  // had its effect.
  while (!isStopped() && !chat()) {
    await vscode.commands.executeCommand('workbench.extensions.action.enableAll').then(undefined, () => undefined);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  const visibility = vscode.workspace.getConfiguration('workbench').get('secondarySideBar.defaultVisibility');
  if (isStopped() || visibility !== 'hidden') return;
  await chat().activate();
  for (let pauses = 0; !isStopped() && pauses < mostPausesForModels; pauses += 1) {
    if ((await vscode.lm.selectChatModels()).length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  await vscode.commands.executeCommand('workbench.action.chat.open');
}
