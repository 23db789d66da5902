/**
 * Enables the editor's built-in chat extension, which starts out disabled in a profile whose user never signed in to
 * GitHub. That state is kept in the browser, so nothing outside the editor can set it.
 */
const vscode = require('vscode');

const chatExtension = 'GitHub.copilot-chat';

exports.activate = (context) => {
  // The command does nothing before the editor has listed its extensions, so it is asked for until it had its effect.
  const timer = setInterval(() => {
    if (vscode.extensions.getExtension(chatExtension)) return clearInterval(timer);
    void vscode.commands.executeCommand('workbench.extensions.action.enableAll');
  }, 500);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
};
