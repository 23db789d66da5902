/** What `npm start` shows: a gateway whose models answer offline, and a small workspace. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Models with the names and, from LiteLLM's own list, the limits and prices of real ones. */
const models = ['anthropic/claude-3-7-sonnet-20250219', 'openai/gpt-4o', 'gemini/gemini-2.5-pro'];

/** LiteLLM's configuration. */
export const demonstrationConfig = {
  model_list: models.map((model) => ({
    model_name: model,
    litellm_params: {
      model,
      api_key: 'none-is-needed-offline',
      mock_response:
        `Hello! This is the demonstration gateway, answering in the place of **${model}** without asking it. ` +
        'Your message went from the editor through LiteLLM Gateway to a real LiteLLM proxy and back.\n\n' +
        'To talk to real models, open **LiteLLM Gateway: Open Settings** and give the address and key of your own gateway.',
    },
  })),
};

const files = {
  'README.md':
    '# Demonstration\n\nA workspace to try LiteLLM Gateway in. Open the Chat view and type "Say hello".\n' +
    '\nIt is made anew by every `npm start`.\n',
  'fizzbuzz.py':
    'def fizzbuzz(number):\n    """The word for a number."""\n    if number % 3 == 0:\n        return "Fizz"\n' +
    '    if number % 5 == 0:\n        return "Buzz"\n    return str(number)\n\n\nfor number in range(1, 16):\n' +
    '    print(fizzbuzz(number))\n',
};

/** Writes the workspace. Gives its folder. */
export async function writeWorkspace(parent) {
  const folder = join(parent, 'demonstration');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
