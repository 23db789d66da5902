/** The list of models as one makes it without a library: JSON.parse, and a mapping of the fields that a client shows. */

/** The models that the gateway behind `fetch` lists. */
export async function listByJsonParse() {
  const response = await fetch('http://127.0.0.1:4000/v1/model/info');
  const { data: rows } = JSON.parse(new TextDecoder().decode(await response.arrayBuffer()));
  const others = await fetch('http://127.0.0.1:4000/v1/models');
  const { data: names } = JSON.parse(new TextDecoder().decode(await others.arrayBuffer()));
  return modelsOf(rows, names);
}

/** One model for each name in the rows; those that only `names` has are not in these data. */
export function modelsOf(rows, names) {
  const models = new Map();
  for (const row of rows) {
    const model = modelOf(row);
    const known = models.get(model.id);
    if (known === undefined) models.set(model.id, model);
    else merge(known, model);
  }
  for (const { id } of names) if (!models.has(id)) throw new Error(`${id} has no row`);
  return [...models.values()];
}

function modelOf({ model_name: id, litellm_params: parameters, model_info: info }) {
  const contextWindow = info.max_input_tokens ?? 200_000;
  return {
    id,
    backendModel: parameters.model,
    provider: info.litellm_provider ?? undefined,
    mode: info.mode ?? null,
    maxTokens: info.max_output_tokens ?? info.max_tokens ?? 8192,
    contextWindow,
    supportsImages: info.supports_vision ?? false,
    supportsPromptCache: info.supports_prompt_caching ?? false,
    supportsTools: info.supports_function_calling ?? true,
    supportsReasoning: info.supports_reasoning ?? false,
    inputPrice: perMillion(info.input_cost_per_token),
    outputPrice: perMillion(info.output_cost_per_token),
    cacheReadsPrice: perMillion(info.cache_read_input_token_cost),
    cacheWritesPrice: perMillion(info.cache_creation_input_token_cost),
    deployments: 1,
  };
}

/** Dollars per 1,000,000 tokens, without the noise of the multiplication. */
function perMillion(price) {
  return typeof price === 'number' ? Number((price * 1e6).toPrecision(12)) : undefined;
}

/** A second deployment of one model: the smaller limits, what both support, and prices on which they agree. */
function merge(model, other) {
  model.deployments += 1;
  for (const limit of ['maxTokens', 'contextWindow']) model[limit] = Math.min(model[limit], other[limit]);
  for (const ability of ['supportsImages', 'supportsPromptCache', 'supportsTools', 'supportsReasoning']) {
    model[ability] &&= other[ability];
  }
  for (const price of ['inputPrice', 'outputPrice', 'cacheReadsPrice', 'cacheWritesPrice']) {
    if (model[price] !== other[price]) model[price] = undefined;
  }
}
