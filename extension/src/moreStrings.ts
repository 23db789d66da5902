/** The texts of the fields that the settings page folds away, in the editor's language. */
import type { MoreStrings } from './protocol.ts';
import type { Translate } from './settingsStrings.ts';

/** Every text of the folded fields. Texts with `{0}` are filled in by the page. */
export function moreStrings(t: Translate): MoreStrings {
  return {
    title: t('More'),
    summary: t('Limits, reasoning, network, fallbacks and what else a request can carry'),
    groups: {
      answers: t('Answers'),
      reasoning: t('Reasoning'),
      network: t('Network'),
      gateway: t('Gateway'),
      records: t('Records'),
      requests: t('Requests'),
    },
    labels: {
      maxTokens: t('Output limit'),
      temperature: t('Temperature'),
      topP: t('Top P'),
      reasoningEffort: t('Reasoning effort'),
      thinkingBudget: t('Thinking budget'),
      timeoutMs: t('Answer timeout'),
      discoveryTimeoutMs: t('Model list timeout'),
      maxRetries: t('Retries'),
      headers: t('Custom headers'),
      fallbacks: t('Fallback models'),
      guardrails: t('Guardrails'),
      numRetries: t('Retries of the gateway'),
      tags: t('Tags'),
      workspaceTag: t('Workspace as a tag'),
      user: t('User'),
      metadata: t('Metadata'),
      usePromptCache: t('Prompt cache'),
      extraBody: t('Extra body'),
    },
    help: {
      maxTokens: t('The most tokens of an answer. Default: as many as the model is known to give.'),
      temperature: t(
        "How freely the model chooses its words, from 0 to 2. Default: the model's own way. It is not sent to models that refuse it.",
      ),
      topP: t(
        "The share of the likeliest words among which the model chooses, from 0 to 1. Default: the model's own way.",
      ),
      reasoningEffort: t(
        "How much a reasoning model thinks before it answers, in a word that it knows, such as low, medium or high. Default: the model's own way.",
      ),
      thinkingBudget: t(
        "The most tokens that a reasoning model spends on thinking. It stays below the output limit. Default: the model's own way.",
      ),
      timeoutMs: t('How long nothing may come from the gateway during an answer, in seconds. Default: {0} s.'),
      discoveryTimeoutMs: t("How long the gateway's list of models may take, in seconds. Default: {0} s."),
      maxRetries: t(
        'How often this editor sends a request again that failed for a reason that may pass. Default: {0}.',
      ),
      headers: t(
        "HTTP headers that are sent with every request and win over the extension's own. They are stored as plain text in the settings. Default: none.",
      ),
      fallbacks: t('Models that the gateway asks in this order when the chosen one fails. Default: none.'),
      guardrails: t(
        "The gateway's guardrails that look at every request. Default: those that the gateway always uses.",
      ),
      numRetries: t(
        'How often the gateway itself tries again when a provider fails. Default: as the gateway is set up.',
      ),
      tags: t("Tags for the gateway's spend logs. Default: none."),
      workspaceTag: t(
        'Adds the name of the open workspace to the tags, such as workspace:shop. No path is sent. Default: off.',
      ),
      user: t("The id of the end user, for the gateway's budgets and logs. Default: none."),
      metadata: t('A JSON object for the gateway\'s logs, such as { "project": "search" }. Default: none.'),
      usePromptCache: t(
        'Marks long, unchanging parts of a conversation, so that the provider keeps them: faster and cheaper, where the model can do it. Default: on.',
      ),
      extraBody: t(
        'A JSON object whose members are added to every chat request, such as { "top_k": 40 }. It can\'t replace the model, the messages or streaming. Default: none.',
      ),
    },

    setOne: t('1 set'),
    setMany: t('{0} set'),
    changedOne: t('1 changed'),
    changedMany: t('{0} changed'),
    errorsOne: t('1 error'),
    errorsMany: t('{0} errors'),

    reset: t('Reset to Default'),
    resetField: t('Reset to Default: {0}'),

    seconds: t('seconds'),
    tokens: t('tokens'),

    add: t('Add'),
    addTo: t('Add to {0}'),
    remove: t('Remove'),
    removeItem: t('Remove {0}'),
    moveUp: t('Move Up'),
    moveItemUp: t('Move {0} up'),
    added: t('{0} added'),
    removed: t('{0} removed'),

    headerName: t('Name'),
    headerValue: t('Value'),
    addHeader: t('Add Header'),
    removeHeader: t('Remove header {0}'),

    suggestions: t('Suggestions for {0}'),
    effortsOfModel: t('The chosen model knows: {0}.'),
  };
}
