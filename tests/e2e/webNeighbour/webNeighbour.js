/**
 * Another extension, in the editor's web extension host, where nothing can listen: it asks the server that it was installed from
 * for tasks, does each, and posts `{ value }` or `{ error }`.
 */
const vscode = require('vscode');

exports.activate = ({ extensionUri }) => {
  void work(extensionUri.toString(true));
};

async function work(server) {
  for (;;) {
    const response = await fetch(`${server}/task`);
    if (!response.ok) return;
    const answer = await ask(await response.json()).then(
      (value) => ({ value }),
      ({ message, stack }) => ({ error: { message, stack } }),
    );
    await fetch(`${server}/answer`, { method: 'POST', body: JSON.stringify(answer) });
  }
}

/** Asks a model, and counts the tokens of the text. With `stopAfter` it stops after so many parts. */
async function ask({ modelId, text, tools, stopAfter }) {
  const [model] = await vscode.lm.selectChatModels({ vendor: 'litellm-gateway', id: modelId });
  if (!model) throw new Error(`no model ${modelId}`);
  const stop = new vscode.CancellationTokenSource();
  const message = vscode.LanguageModelChatMessage.User(text);
  const counted = await model.countTokens(message);
  const response = await model.sendRequest([message], { tools }, stop.token);
  const parts = [];
  try {
    for await (const part of response.stream) {
      parts.push(described(part));
      if (parts.length === stopAfter) stop.cancel();
    }
  } catch (error) {
    if (stopAfter === undefined) throw error;
  }
  return { counted, parts, isWorker: typeof WorkerGlobalScope === 'function' && self instanceof WorkerGlobalScope };
}

function described(part) {
  if (part instanceof vscode.LanguageModelTextPart) return { text: part.value };
  if (part instanceof vscode.LanguageModelToolCallPart) return { call: part.name, input: part.input };
  if (part instanceof vscode.LanguageModelDataPart)
    return { mimeType: part.mimeType, text: new TextDecoder().decode(part.data) };
  if (vscode.LanguageModelThinkingPart && part instanceof vscode.LanguageModelThinkingPart)
    return { thinking: part.value };
  return { other: part?.constructor?.name };
}
