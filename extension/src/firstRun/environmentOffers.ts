/** What the environment of the host says about a gateway, under LiteLLM's own names and under those of OpenHands and others. */

/** A variable that is set. */
export interface Offer {
  readonly variable: string;
  readonly value: string;
}

/** What may be offered instead of typing. */
export interface EnvironmentOffers {
  readonly baseUrl?: Offer;
  readonly apiKey?: Offer;
  readonly modelId?: Offer;
}

/** The first of each that is set. A web host has no environment. */
export function environmentOffers(
  environment: Readonly<Record<string, string | undefined>> = hostEnvironment(),
): EnvironmentOffers {
  const first = (...names: string[]): Offer | undefined => {
    for (const variable of names) {
      const value = environment[variable]?.trim();
      if (value) return { variable, value };
    }
    return undefined;
  };
  const baseUrl = first('LITELLM_BASE_URL', 'LLM_BASE_URL');
  const apiKey = first('LITELLM_API_KEY', 'LLM_API_KEY');
  const modelId = first('LITELLM_MODEL', 'LLM_MODEL');
  return { ...(baseUrl && { baseUrl }), ...(apiKey && { apiKey }), ...(modelId && { modelId }) };
}

/**
 * The listed model that a variable names. Other programs write the name of a client's provider before it, as in
 * `openai/gpt-4o` or `litellm_proxy/gpt-4o`.
 */
export function offeredModel(offer: Offer | undefined, listed: readonly string[]): string | undefined {
  if (!offer) return undefined;
  const names = [offer.value, offer.value.replace(/^[^/]+\//, '')];
  return names.find((name) => listed.includes(name));
}

function hostEnvironment(): Readonly<Record<string, string | undefined>> {
  return typeof process === 'undefined' ? {} : (process.env ?? {});
}
