/** "Set Up": asks for address, key and model in the command palette, tries them, saves them, and opens the chat with the model. */
import * as vscode from 'vscode';
import { chooseTarget } from '../chooseTarget.ts';
import type { Core, LiteLLMCore, ModelInfo } from '../core.ts';
import { presentError } from '../errors.ts';
import { originOfSettings } from '../keyBinding.ts';
import type { Log } from '../log.ts';
import { secretsOf, shortText } from '../logText.ts';
import { showMessage, withProgress } from '../messages.ts';
import { priceLine, tokenCount } from '../modelText.ts';
import type { Profiles, SavedSettings } from '../profiles.ts';
import { presentSettingsIssue } from '../settingsIssues.ts';
import { type EnvironmentOffers, environmentOffers, offeredModel } from './environmentOffers.ts';
import { openChat } from './openChat.ts';
import { needsSteps, useWithoutGitHub } from './withoutGitHub.ts';

/** What the set-up needs. */
export interface SetUpDependencies {
  readonly core: Core;
  readonly profiles: Profiles;
  readonly globalState: vscode.Memento;
  readonly log: Log;
}

/** A gateway that is known already, as of one that was just started. */
export interface KnownGateway {
  readonly baseUrl: string;
  readonly apiKey?: string;
}

/** What was entered, for another try. */
interface Entered {
  baseUrl: string;
  apiKey: string | undefined;
  /** Address and key are those that the profile takes from the environment anyway: they are not saved, and follow it. */
  isOfEnvironment: boolean;
}

/** Runs the command. Gives whether a gateway was set up. */
export async function setUp(dependencies: SetUpDependencies, known?: KnownGateway): Promise<boolean> {
  const { t } = vscode.l10n;
  const { core, profiles, log } = dependencies;
  const offers = environmentOffers();
  const litellm = await core.load();
  let before: Entered | undefined;
  for (;;) {
    const entered: Entered | undefined = known
      ? { baseUrl: known.baseUrl, apiKey: known.apiKey, isOfEnvironment: false }
      : await askForGateway(litellm, offers, before);
    if (!entered) return false;
    before = entered;
    log.keepOut(secretsOf({ apiKey: entered.apiKey }));
    const settings = { baseUrl: entered.baseUrl, ...(entered.apiKey !== undefined && { apiKey: entered.apiKey }) };
    const gateway = litellm.resolveEndpoints(litellm.normalizeSettings(settings).settings.baseUrl).root;
    const trial: Trial = { litellm, settings, gateway, again: known ? t('Try Again') : t('Change and Try Again'), log };
    const models = await list(trial);
    if (models === 'stop') return false;
    if (models === 'again') continue;
    const modelId = await chooseModel(models, offers);
    if (!modelId) return false;
    const tried = await tryModel(trial, modelId);
    if (tried === 'stop') return false;
    if (tried === 'again') continue;
    const target = await chooseTarget(profiles, t('Set Up'));
    if (!target) return false;
    const saved = await save(litellm, profiles, target, entered, modelId);
    log.info('A gateway was set up.');
    if (await needsSteps()) await useWithoutGitHub(dependencies);
    await openChat(saved, modelId);
    return true;
  }
}

/** What is tried before it is saved. */
interface Trial {
  readonly litellm: LiteLLMCore;
  readonly settings: { readonly baseUrl: string; readonly apiKey?: string };
  /** The gateway's address, for messages. */
  readonly gateway: string;
  /** The button that begins anew. */
  readonly again: string;
  readonly log: Log;
}

/** Address and key. */
async function askForGateway(
  litellm: LiteLLMCore,
  offers: EnvironmentOffers,
  before: Entered | undefined,
): Promise<Entered | undefined> {
  const { t } = vscode.l10n;
  const offered = before === undefined ? offers.baseUrl : undefined;
  const baseUrl = await vscode.window.showInputBox({
    title: t('Set Up: the Gateway (1 of 3)'),
    value: before?.baseUrl ?? offered?.value ?? '',
    placeHolder: 'http://localhost:4000',
    prompt: offered
      ? t('The address of your LiteLLM gateway, here from {0}.', offered.variable)
      : t('The address of your LiteLLM gateway.'),
    ignoreFocusOut: true,
    validateInput: (typed) => problem(litellm, 'baseUrl', typed),
  });
  if (baseUrl === undefined) return undefined;
  const address = baseUrl.trim() || 'http://localhost:4000';
  const key = await askForKey(litellm, address, offers);
  if (!key) return undefined;
  const isOfEnvironment =
    offers.baseUrl?.variable === 'LITELLM_BASE_URL' &&
    address === offers.baseUrl.value &&
    (key.variable === 'LITELLM_API_KEY' || (key.apiKey === undefined && !offers.apiKey));
  return { baseUrl: address, apiKey: key.apiKey, isOfEnvironment };
}

/** What the core says against an address or a key; nothing that only warns. */
function problem(litellm: LiteLLMCore, name: 'baseUrl' | 'apiKey', typed: string): string | undefined {
  const { issues } = litellm.normalizeSettings({ [name]: typed.trim() || undefined });
  const fatal = issues.find(({ fatal, path }) => fatal && path === name);
  return fatal && presentSettingsIssue(fatal);
}

interface EnteredKey {
  readonly apiKey?: string;
  /** The variable that it comes from. */
  readonly variable?: string;
}

async function askForKey(
  litellm: LiteLLMCore,
  address: string,
  { apiKey: offer }: EnvironmentOffers,
): Promise<EnteredKey | undefined> {
  const { t } = vscode.l10n;
  const origin = litellm.originOf(address);
  const title = t('Set Up: the API Key (2 of 3)');
  if (offer) {
    const use = { label: t('Use {0}', offer.variable), description: '••••', choice: 'use' };
    const type = { label: t('Enter a Key…'), description: '', choice: 'type' };
    const none = { label: t('No Key'), description: '', choice: 'none' };
    const chosen = await vscode.window.showQuickPick([use, type, none], {
      title,
      placeHolder: t('The key is sent to {0} and to no other address.', origin),
      ignoreFocusOut: true,
    });
    if (!chosen) return undefined;
    if (chosen.choice === 'use') return { apiKey: offer.value, variable: offer.variable };
    if (chosen.choice === 'none') return {};
  }
  const typed = await vscode.window.showInputBox({
    title,
    password: true,
    prompt: t('Sent to {0} and to no other address. Leave it empty for a gateway without keys.', origin),
    ignoreFocusOut: true,
    validateInput: (typed) => problem(litellm, 'apiKey', typed),
  });
  if (typed === undefined) return undefined;
  return typed.trim() === '' ? {} : { apiKey: typed.trim() };
}

/** The gateway's models, or what the user wants after a failure. */
async function list({
  litellm,
  settings,
  gateway,
  again,
  log,
}: Trial): Promise<readonly ModelInfo[] | 'again' | 'stop'> {
  const { t } = vscode.l10n;
  const result = await withProgress(t('Asking {0} for its models…', gateway), async (signal) => {
    try {
      return (await new litellm.LiteLLMHandler(settings).listModels({ signal, refresh: true })).models;
    } catch (error) {
      if (signal.aborted) return 'stop';
      log.failure('Listing the models during the set-up', error);
      return presentError(error, { gateway, doing: 'list' }).sentence;
    }
  });
  if (result === 'stop' || typeof result !== 'string') return result;
  return (await showMessage('error', result, again)) === again ? 'again' : 'stop';
}

/** One of the models; typed where the gateway lists none. */
async function chooseModel(models: readonly ModelInfo[], offers: EnvironmentOffers): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const title = t('Set Up: the Model (3 of 3)');
  if (models.length === 0) {
    const typed = await vscode.window.showInputBox({
      title,
      value: offers.modelId?.value ?? '',
      prompt: t('The gateway lists no models to this key. Enter the ID of one that you know.'),
      ignoreFocusOut: true,
    });
    return typed?.trim() || undefined;
  }
  const ids = models.map(({ id }) => id);
  const offered = offeredModel(offers.modelId, ids);
  const items = models.map((model) => ({
    label: shortText(model.id),
    id: model.id,
    description: [
      model.assumed.includes('contextWindow') ? '' : t('{0} context', tokenCount(model.contextWindow)),
      priceLine(t, model.inputPrice, model.outputPrice),
      model.id === offered && offers.modelId ? offers.modelId.variable : '',
    ]
      .filter(Boolean)
      .join(' · '),
  }));
  items.sort((one, other) => Number(other.id === offered) - Number(one.id === offered));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('The model to begin with. The others are in the chat, too.'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return chosen?.id;
}

/** Asks the model for a word, and tells what it takes. */
async function tryModel(
  { litellm, settings, gateway, again, log }: Trial,
  modelId: string,
): Promise<'works' | 'again' | 'stop'> {
  const { t } = vscode.l10n;
  const problem = await withProgress(t('Trying {0}…', shortText(modelId)), async (signal) => {
    try {
      const handler = new litellm.LiteLLMHandler({ ...settings, modelId });
      for await (const step of handler.testConnection({ signal })) {
        if (step.status !== 'failed') continue;
        log.failure('Trying the model during the set-up', step.error);
        return presentError(step.error, { gateway, modelId, doing: step.step === 'chat' ? 'chat' : 'list' }).sentence;
      }
    } catch (error) {
      if (!signal.aborted) return presentError(error, { gateway, modelId, doing: 'chat' }).sentence;
    }
    return signal.aborted ? 'stop' : undefined;
  });
  if (problem === undefined) return 'works';
  if (problem === 'stop') return 'stop';
  const anyway = t('Save Anyway');
  const pressed = await showMessage('error', problem, again, anyway);
  if (pressed === again) return 'again';
  return pressed === anyway ? 'works' : 'stop';
}

/** Saves what was entered; gives the profile's id. */
async function save(
  litellm: LiteLLMCore,
  profiles: Profiles,
  target: string | 'new',
  { baseUrl, apiKey, isOfEnvironment }: Entered,
  modelId: string,
): Promise<string> {
  const settings: SavedSettings = isOfEnvironment ? { modelId } : { baseUrl, modelId };
  const key =
    isOfEnvironment || apiKey === undefined ? undefined : { apiKey, origin: originOfSettings(litellm, { baseUrl }) };
  if (target === 'new') {
    const name = litellm.originOf(baseUrl).replace(/^https?:\/\//, '');
    return profiles.add({ name, settings, ...(key && { key }) });
  }
  // A key that was saved for another gateway is of no use to this one.
  await profiles.save(target, settings, key ?? (isOfEnvironment ? undefined : null));
  return target;
}
