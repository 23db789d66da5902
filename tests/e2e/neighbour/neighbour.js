/**
 * Another extension in the editor, which does what a test asks for: it listens on a loopback port, whose number it writes
 * into the file that NEIGHBOUR_PORT_FILE names, and answers `{ use, …parameters }` with `{ value }` or `{ error }`.
 */
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const vscode = require('vscode');

const uses = { apiHandler, refusedHandler, languageModel };

exports.activate = (context) => {
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const { use, ...parameters } = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    const answer = await uses[use](parameters).then(
      (value) => ({ value }),
      (error) => ({ error: String(error?.stack ?? error) }),
    );
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1', () => writeFileSync(process.env.NEIGHBOUR_PORT_FILE, String(server.address().port)));
  context.subscriptions.push({ dispose: () => server.close() });
};

async function gatewayApi() {
  return vscode.extensions.getExtension('litellm-gateway.litellm-gateway').activate();
}

/** Every method of a handler that is made as Roo Code makes its own. */
async function apiHandler({ configuration, system, messages, prompt, text, usage }) {
  const api = await gatewayApi();
  const handler = api.buildApiHandler(configuration);
  const parts = [];
  for await (const part of handler.createMessage(system, messages)) parts.push(part);
  return {
    version: api.version,
    parts,
    completed: await handler.completePrompt(prompt),
    model: handler.getModel(),
    counted: await handler.countTokens([{ type: 'text', text }]),
    countedByApi: await api.countTokens(text),
    cost: await handler.calculateCost(usage),
  };
}

/** The error of a configuration that can't be used. */
async function refusedHandler({ configuration }) {
  const { buildApiHandler } = await gatewayApi();
  try {
    buildApiHandler(configuration);
    return undefined;
  } catch ({ name, kind, message }) {
    return { name, kind, message };
  }
}

/** Asks a model of ours through the editor's own API, with pictures (base64 text of PNG) and a PDF beside the text, and with tools. */
async function languageModel({ modelId, text, pictures = [], pdf, modelOptions, tools, toolMode }) {
  const [model] = await vscode.lm.selectChatModels({ vendor: 'litellm-gateway', id: modelId });
  if (!model) throw new Error(`no model ${modelId}`);
  const images = pictures.map((data) => vscode.LanguageModelDataPart.image(Buffer.from(data, 'base64'), 'image/png'));
  const documents = pdf ? [new vscode.LanguageModelDataPart(Buffer.from(pdf, 'base64'), 'application/pdf')] : [];
  const content = [new vscode.LanguageModelTextPart(text), ...images, ...documents];
  const message = vscode.LanguageModelChatMessage.User(content);
  const response = await model.sendRequest([message], { modelOptions, tools, toolMode });
  const parts = [];
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) parts.push({ text: part.value });
    else if (part instanceof vscode.LanguageModelDataPart)
      parts.push({ mimeType: part.mimeType, data: Buffer.from(part.data).toString('base64') });
    else if (part instanceof vscode.LanguageModelToolCallPart) parts.push({ name: part.name, input: part.input });
    else parts.push({ other: part?.constructor?.name });
  }
  return parts;
}
