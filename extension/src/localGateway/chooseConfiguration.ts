/** Which `config.yaml` LiteLLM is started with: one that is there, or a new one from a list of providers. */
import * as vscode from 'vscode';
import { showMessage } from '../messages.ts';
import { type ChosenProvider, variablesIn, variablesOf, writeConfiguration } from './configuration.ts';
import { providers } from './providers.ts';

/** A file that LiteLLM can be started with. */
export interface WrittenConfiguration {
  readonly file: vscode.Uri;
  /** The variables that it refers to. */
  readonly variables: readonly string[];
  /** Whether it was written just now, and names no address but the providers' own and those that were typed. */
  readonly isOurs: boolean;
}

/** Larger files are no configuration, in bytes. */
const largestFile = 1024 * 1024;

/** Asks. The file is shown in the editor. */
export async function chooseConfiguration(): Promise<WrittenConfiguration | undefined> {
  const { t } = vscode.l10n;
  const title = t('Start a Gateway');
  const rows = providers.map((provider) => ({
    label: provider.title,
    description: provider.models.map(({ name }) => name).join(', '),
    detail: provider.keyVariable === undefined ? t('needs no key') : provider.keyVariable,
    // Whoever has a key in the environment wants its provider.
    picked: provider.keyVariable !== undefined && Boolean(process.env[provider.keyVariable]),
    provider,
  }));
  const present = { label: `$(folder-opened) ${t('Take a config.yaml that is there…')}`, provider: undefined };
  const chosen = await vscode.window.showQuickPick<{ label: string; provider: (typeof providers)[number] | undefined }>(
    [...rows, present],
    { title, placeHolder: t('Which providers?'), canPickMany: true, ignoreFocusOut: true, matchOnDescription: true },
  );
  if (!chosen || chosen.length === 0) return undefined;
  if (chosen.some(({ provider }) => provider === undefined)) return takeFile();
  const asked: ChosenProvider[] = [];
  for (const { provider } of chosen) {
    if (!provider) continue;
    if (!provider.asks) {
      asked.push({ provider });
      continue;
    }
    const address = await vscode.window.showInputBox({
      title: `${title}: ${provider.title}`,
      value: provider.asks.address,
      prompt: t('Where is the server?'),
      ignoreFocusOut: true,
      validateInput: (typed) =>
        /^https?:\/\/\S+$/.test(typed.trim()) ? undefined : t('An address begins with http:// or https://.'),
    });
    if (address === undefined) return undefined;
    const modelName = await vscode.window.showInputBox({
      title: `${title}: ${provider.title}`,
      value: provider.asks.modelName,
      prompt: t('Which of its models? More can be added to the file.'),
      ignoreFocusOut: true,
      validateInput: (typed) => (typed.trim() === '' ? t('Enter the name of a model.') : undefined),
    });
    if (modelName === undefined) return undefined;
    asked.push({ provider, address: address.trim(), modelName: modelName.trim() });
  }
  return writeFile(asked);
}

async function writeFile(chosen: readonly ChosenProvider[]): Promise<WrittenConfiguration | undefined> {
  const { t } = vscode.l10n;
  const home = process.env['HOME'] || process.env['USERPROFILE'];
  const file = await vscode.window.showSaveDialog({
    title: t('Where does the configuration go?'),
    saveLabel: t('Write'),
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(home ?? '/'), 'litellm-config.yaml'),
    filters: { YAML: ['yaml', 'yml'] },
  });
  if (!file) return undefined;
  const text = writeConfiguration(chosen, {
    introduction: [
      t('The configuration of a LiteLLM gateway: the models that it offers, and where each of them is.'),
      t('Keys are no part of it: "os.environ/NAME" stands for the environment variable NAME.'),
      t('What else can be written here: https://docs.litellm.ai/docs/proxy/configs'),
    ],
    keyOf: (variable) => t('Its key is in {0}.', variable),
    noKey: t('It needs no key.'),
    inContainer: (host) => t('To a gateway in Docker this machine is {0}: write it in place of the host.', host),
    masterKey: [t("The gateway's own key. Whoever knows it may do everything with the gateway.")],
  });
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  await show(file);
  return { file, variables: variablesOf(chosen), isOurs: true };
}

async function takeFile(): Promise<WrittenConfiguration | undefined> {
  const { t } = vscode.l10n;
  const files = await vscode.window.showOpenDialog({
    title: t('Start a Gateway'),
    openLabel: t('Start'),
    filters: { YAML: ['yaml', 'yml'], [t('All Files')]: ['*'] },
  });
  const file = files?.[0];
  if (!file) return undefined;
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > largestFile) {
    await showMessage('error', t('This file is too large for a configuration of LiteLLM. Choose another one.'));
    return undefined;
  }
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  await show(file);
  return { file, variables: variablesIn(text), isOurs: false };
}

async function show(file: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(file, { preview: false, preserveFocus: true });
}
