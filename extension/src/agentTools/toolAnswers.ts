/** What our tools answer, loaded when an agent asks. */
import type { Answer, ToolName } from './agentTools.ts';
import { listModels } from './listModels.ts';
import { requestPrice } from './requestPrice.ts';
import { spending } from './spending.ts';

/** The tools' answers. */
export const toolAnswers: Readonly<Record<ToolName, Answer>> = {
  litellm_models: listModels,
  litellm_request_price: requestPrice,
  litellm_spending: spending,
};
