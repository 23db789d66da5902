/** Which models the editor is offered, and which gateway each of them is asked at: one answer for our profiles, one for the editor's groups. */
import * as vscode from 'vscode';
import { commands } from './commands.ts';
import { plainError } from './errors.ts';
import type { Gateway } from './gateway.ts';
import type { Gateways } from './gateways.ts';
import type { Groups } from './groups.ts';
import { type ModelInformation, modelInformation } from './modelInformation.ts';
import { modelOfEditor } from './modelNames.ts';
import { groupConfiguration, isSignedOutMark } from './proposedFields.ts';

/** Where a model is asked. */
export interface Target {
  readonly gateway: Gateway;
  /** The gateway's id of the model. */
  readonly modelId: string;
}

/** The models that a provider offers. */
export interface OfferedModels {
  /** Fires when there may be other models than before. */
  readonly onDidChange: vscode.Event<void>;
  /** The models to show. */
  offer(options: vscode.PrepareLanguageModelChatModelOptions): Promise<ModelInformation[]>;
  /** Where a model is asked that was shown; undefined when its gateway is not there any more. */
  target(model: ModelInformation): Promise<Target | undefined>;
}

/** The models of all profiles. */
export class ProfileModels implements OfferedModels {
  readonly #gateways: Gateways;
  readonly onDidChange: vscode.Event<void>;

  constructor(gateways: Gateways) {
    this.#gateways = gateways;
    this.onDidChange = gateways.onDidChange;
  }

  /**
   * Quiet: a failure is in the log, and shown when the user asks a model. Not silent is the editor's "Add Models", for which
   * the user enters an address and a key in the settings panel.
   */
  async offer({ silent }: vscode.PrepareLanguageModelChatModelOptions): Promise<ModelInformation[]> {
    if (!silent) void vscode.commands.executeCommand(commands.openSettings);
    return modelInformation(await this.#gateways.models());
  }

  async target({ id }: ModelInformation): Promise<Target | undefined> {
    const { profile, modelId } = modelOfEditor(id);
    const gateway = await this.#gateways.find(profile);
    return gateway && { gateway, modelId };
  }
}

/** The models of the groups that the user adds in the editor's own list of models. */
export class GroupModels implements OfferedModels {
  readonly #groups: Groups;
  /** Two groups at one address have models of the same ids, but each model that was shown is an object of its own. */
  readonly #targets = new WeakMap<ModelInformation, Target>();
  readonly onDidChange: vscode.Event<void>;

  constructor(groups: Groups) {
    this.#groups = groups;
    this.onDidChange = groups.onDidChangeModels;
  }

  /**
   * The models of the group in the options. The editor asks once without a group, then for each of them; what this fails
   * with it shows beside the group.
   */
  async offer(options: vscode.PrepareLanguageModelChatModelOptions): Promise<ModelInformation[]> {
    const configuration = groupConfiguration(options);
    if (configuration === undefined) {
      this.#groups.beginRound();
      return [];
    }
    if (isSignedOutMark(configuration)) return [];
    const gateway = await this.#groups.gateway(configuration);
    const { models, favorites, failure } = await gateway.models();
    if (failure && models.length === 0) throw plainError(failure.sentence);
    const listing = { profile: { id: gateway.id, name: '' }, models, ...(favorites && { favorites }) };
    return modelInformation([listing]).map((shown, index) => {
      // Without a detail the editor shows the name of the group, which it tells nobody else.
      const { detail: _, ...model } = shown;
      this.#targets.set(model, { gateway, modelId: models[index]?.id ?? model.id });
      return model;
    });
  }

  async target(model: ModelInformation): Promise<Target | undefined> {
    const target = this.#targets.get(model);
    if (target) return target;
    const { profile, modelId } = modelOfEditor(model.id);
    const gateway = this.#groups.find(profile);
    return gateway && { gateway, modelId };
  }
}
