/**
 * "Start a Gateway on This Machine": writes a `config.yaml` or takes one that is there, runs LiteLLM in a terminal, waits until it
 * answers, and connects to it.
 */
import * as vscode from 'vscode';
import type { LiteLLMCore } from '../core.ts';
import { isLiteLLMError } from '../errors.ts';
import { type SetUpDependencies, setUp } from '../firstRun/setUp.ts';
import { secretsOf, shortText } from '../logText.ts';
import { confirm, showMessage, withProgress } from '../messages.ts';
import { chooseConfiguration, type WrittenConfiguration } from './chooseConfiguration.ts';
import { masterKeyVariable } from './configuration.ts';
import { findLaunchers, type Launcher } from './launchers.ts';
import { type LocalKeys, newMasterKey } from './localKeys.ts';

/** What the command needs. */
export interface LocalGatewayDependencies extends SetUpDependencies {
  readonly localKeys: LocalKeys;
  /** A folder of this machine that is the extension's own. */
  readonly storage: vscode.Uri;
}

/** Where LiteLLM listens unless somebody else does already. */
const usualPort = 4000;
const mostPorts = 20;

/** How often a gateway that starts is asked whether it answers, in milliseconds. */
const pauseMs = 1000;

/** How long one of these questions may take, in milliseconds. */
const questionMs = 3000;

/** Runs the command. */
export async function startLocalGateway(dependencies: LocalGatewayDependencies): Promise<void> {
  const { t } = vscode.l10n;
  const { core, localKeys, storage, log } = dependencies;
  const launchers = await findLaunchers({
    environment: process.env,
    isWindows: process.platform === 'win32',
    hasFile: (path) => isFile(vscode.Uri.file(path)),
  });
  if (launchers.length === 0) {
    await tellWhatToInstall();
    return;
  }
  const configuration = await chooseConfiguration();
  if (!configuration) return;
  const keys = await askForKeys(localKeys, configuration);
  if (!keys) return;
  log.keepOut(Object.values(keys).flatMap((apiKey) => secretsOf({ apiKey })));
  const litellm = await core.load();
  const port = await freePort(litellm);
  const start = {
    configuration: configuration.file.fsPath,
    port,
    variables: configuration.variables,
    storage: storage.fsPath,
  };
  const launcher = await chooseLauncher(launchers, (one) => one.command(start).program);
  if (!launcher) return;
  if (launcher.id === 'python') await vscode.workspace.fs.createDirectory(storage);
  const { program, parameters } = launcher.command(start);
  const terminal = vscode.window.createTerminal({
    name: 'LiteLLM',
    shellPath: program,
    shellArgs: [...parameters],
    env: keys,
    // The editor would write down a terminal that it can bring back, and the keys in its environment with it.
    isTransient: true,
    iconPath: new vscode.ThemeIcon('server-process'),
  });
  terminal.show(true);
  log.info(`LiteLLM was started on port ${port} (${launcher.id}).`);
  const known = { baseUrl: `http://localhost:${port}`, apiKey: keys[masterKeyVariable] ?? '' };
  const outcome = await untilHealthy(litellm, known, terminal, launcher.installs);
  if (outcome === 'ended') {
    await showMessage(
      'error',
      t(
        'LiteLLM ended before it answered. The terminal "LiteLLM" says why: correct {0}, and start it again.',
        shortText(configuration.file.path.split('/').at(-1) ?? ''),
      ),
    );
  }
  if (outcome === 'cancelled') terminal.dispose();
  if (outcome === 'healthy') await setUp(dependencies, known);
  if (outcome === 'locked') {
    const apiKey = await vscode.window.showInputBox({
      title: t('Start a Gateway: Its Key'),
      password: true,
      prompt: t('This configuration has a key of its own. Enter the one that it names.'),
      ignoreFocusOut: true,
    });
    if (apiKey) await setUp(dependencies, { ...known, apiKey: apiKey.trim() });
  }
}

async function tellWhatToInstall(): Promise<void> {
  const { t } = vscode.l10n;
  const read = t('How to Install uv');
  const pressed = await showMessage(
    'error',
    t(
      'Nothing on this machine can run LiteLLM. Install uv, pipx, Python 3.10 or newer, or Docker, open the editor anew, and run this again.',
    ),
    read,
  );
  if (pressed === read) {
    await vscode.env.openExternal(vscode.Uri.parse('https://docs.astral.sh/uv/getting-started/installation/'));
  }
}

/** Values for the variables: the environment's, those that are stored, and those that are asked for now. */
async function askForKeys(
  localKeys: LocalKeys,
  { file, variables, isOurs }: WrittenConfiguration,
): Promise<Record<string, string> | undefined> {
  const { t } = vscode.l10n;
  const stored = await localKeys.read();
  const given = variables.filter(
    (variable) => variable !== masterKeyVariable && !process.env[variable] && stored[variable],
  );
  // A stranger's file may send a key to an address of its own.
  if (!isOurs && given.length > 0) {
    const question = t('Give this configuration the keys that were entered for another one?');
    const detail = t(
      '{0} names {1}. LiteLLM sends a key wherever its configuration says: look through the file before.',
      shortText(file.fsPath),
      given.map(shortText).join(', '),
    );
    if (!(await confirm(question, detail, t('Give the Keys')))) return undefined;
  }
  const keys: Record<string, string> = {};
  const entered: Record<string, string> = {};
  for (const variable of variables) {
    const known = process.env[variable] || stored[variable];
    if (known) {
      keys[variable] = known;
    } else if (variable === masterKeyVariable) {
      entered[variable] = newMasterKey();
    } else {
      const typed = await vscode.window.showInputBox({
        title: t('Start a Gateway: the Key {0}', shortText(variable)),
        password: true,
        prompt: t(
          "Kept in the editor's secret storage and given to LiteLLM as a variable of its environment. Leave it empty to go without.",
        ),
        ignoreFocusOut: true,
      });
      if (typed === undefined) return undefined;
      if (typed.trim() !== '') entered[variable] = typed.trim();
    }
  }
  if (Object.keys(entered).length > 0) await localKeys.store(entered);
  return { ...keys, ...entered };
}

/** One of the ways; the only one without a question. */
async function chooseLauncher(
  launchers: readonly Launcher[],
  programOf: (launcher: Launcher) => string,
): Promise<Launcher | undefined> {
  const { t } = vscode.l10n;
  if (launchers.length === 1) return launchers[0];
  const titles: Readonly<Record<Launcher['id'], string>> = {
    litellm: t('LiteLLM as it is installed here'),
    uvx: 'uvx',
    pipx: 'pipx',
    python: t('Python, in a virtual environment of its own'),
    docker: 'Docker',
  };
  const items = launchers.map((launcher) => ({
    label: titles[launcher.id],
    description: launcher.installs ? t('the first start takes minutes') : '',
    detail: programOf(launcher),
    launcher,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Start a Gateway'),
    placeHolder: t('What runs LiteLLM?'),
    ignoreFocusOut: true,
  });
  return chosen?.launcher;
}

/** The first port from the usual one on at which nobody answers. */
async function freePort(litellm: LiteLLMCore): Promise<number> {
  for (let port = usualPort; port < usualPort + mostPorts; port += 1) {
    const handler = new litellm.LiteLLMHandler({ baseUrl: `http://localhost:${port}`, ...impatient });
    let isTaken = false;
    // What answers, with whatever, has the port.
    for await (const step of handler.testConnection({ signal: AbortSignal.timeout(questionMs) })) {
      if (step.step === 'reachable') isTaken = step.status === 'ok';
      if (step.step !== 'address') break;
    }
    if (!isTaken) return port;
  }
  return usualPort + mostPorts;
}

const impatient = { discoveryTimeoutMs: questionMs, maxRetries: 0 };

/** Waits until the gateway lists its models to this key or refuses it, its terminal ends, or the user has enough. */
async function untilHealthy(
  litellm: LiteLLMCore,
  known: { baseUrl: string; apiKey: string },
  terminal: vscode.Terminal,
  installs: boolean,
): Promise<'healthy' | 'locked' | 'ended' | 'cancelled'> {
  const { t } = vscode.l10n;
  const handler = new litellm.LiteLLMHandler({ ...known, ...impatient });
  return withProgress(t('LiteLLM is starting…'), async (signal, report) => {
    const began = Date.now();
    while (!signal.aborted) {
      if (terminal.exitStatus !== undefined) return 'ended';
      const answer = await handler.listModels({ refresh: true }).then(
        () => 'healthy' as const,
        (error: unknown) => (isLiteLLMError(error) && error.kind === 'auth' ? ('locked' as const) : undefined),
      );
      if (answer) return answer;
      const seconds = Math.round((Date.now() - began) / 1000);
      report(installs ? t('{0} s so far; the first start downloads LiteLLM.', seconds) : t('{0} s so far.', seconds));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return 'cancelled';
  });
}

async function isFile(file: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(file).then(
    ({ type }) => (type & vscode.FileType.File) !== 0,
    () => false,
  );
}
