/** A failure as text for whoever runs the gateway: what they look for in their logs. It is in English, as their logs are. */
import { isLiteLLMError } from './errors.ts';
import type { FailedRequest } from './failureMessages.ts';

/**
 * The text. `cleaned` gives one line of what came from elsewhere, without any secret of a connection; `version` is the extension's.
 */
export function failureDetails(
  { error, sentence, presented, context }: FailedRequest,
  version: string,
  cleaned: (text: string) => string,
): string {
  const known = isLiteLLMError(error) ? error : undefined;
  const counts = [
    known && `${known.retries} from the editor`,
    known?.attemptedRetries !== undefined && `${known.attemptedRetries} at the gateway`,
  ].filter(Boolean);
  const lines: [name: string, value: string | number | undefined][] = [
    ['Time', new Date().toISOString()],
    ['What happened', sentence],
    ['Kind', presented.kind],
    ['Status', known?.status],
    ['Gateway', context.gateway],
    ['Model', context.modelId],
    ['Asked at the provider as', known?.model],
    ['Deployment', known?.modelId],
    ['Call id', known?.callId],
    ['Retries', counts.join(', ')],
    ['Fallbacks', known?.attemptedFallbacks],
    ['Guardrail', known?.guardrail],
    ['The gateway says', known?.detail],
  ];
  const told = lines.filter(([, value]) => value !== undefined && value !== '');
  return [
    `LiteLLM Gateway ${version}: a chat request failed`,
    ...told.map(([name, value]) => `${name}: ${cleaned(String(value))}`),
    '',
  ].join('\n');
}
