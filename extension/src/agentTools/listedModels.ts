/** The models of all profiles and groups, for the tools. */

import type { ModelInfo } from '../core.ts';
import { editorModelId } from '../modelNames.ts';
import type { ToolSources } from './agentTools.ts';
import { quoted } from './toolText.ts';

/** A model and where it is. */
export interface ListedModel {
  readonly info: ModelInfo;
  /** The id by which tokens are counted as the model does. */
  readonly editorId: string;
  /** The name of its profile, or of its group. */
  readonly gateway: string;
}

/** The models, and what could not be asked. */
export interface ListedModels {
  readonly models: readonly ListedModel[];
  /** Whether it has to be said which gateway a model is at. */
  readonly isOfSeveral: boolean;
  /** A sentence for each gateway that could not be asked. */
  readonly failures: readonly string[];
}

/** The models that the user has not hidden, in the order in which the editor offers them. */
export async function listedModels({ gateways, groups }: ToolSources): Promise<ListedModels> {
  const ofGroups = groups.list().map(async ({ id, name }) => {
    const listing = await groups.find(id)?.models();
    return { profile: { id, name }, models: listing?.models ?? [], failure: listing?.failure };
  });
  const listings = [...(await gateways.models()), ...(await Promise.all(ofGroups))];
  return {
    models: listings.flatMap(({ profile, models }) =>
      models.map((info) => ({ info, editorId: editorModelId(profile.id, info.id), gateway: profile.name })),
    ),
    isOfSeveral: listings.filter(({ models }) => models.length > 0).length > 1,
    failures: listings.flatMap(({ profile, failure }) =>
      failure ? [`The gateway ${quoted(profile.name)} could not be asked: ${quoted(failure.sentence)}`] : [],
    ),
  };
}

/** What is said where there is no model at all. */
export const noModels =
  'No model is there. The user sets up a gateway with the command "LiteLLM Gateway: Open Settings".';
