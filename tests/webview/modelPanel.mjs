/** The view of the models in the built page, as its tests open it. */
import { complete, model, scriptedCatalogs, scriptedProfile, someModels } from './harness.mjs';

/** Models of which the gateway says this and that. */
export const variedModels = [
  ...someModels.map((given, index) =>
    complete({
      ...given,
      provider: ['anthropic', 'openai', 'gemini'][index % 3],
      supportsImages: index % 2 === 0,
      supportsReasoning: index % 3 === 0,
      deployments: index + 1,
      assumed: [...given.assumed, ...(index === 2 ? ['maxTokens', 'supportsTools'] : [])],
    }),
  ),
];

/** A catalog of these models. */
export const list = (models = variedModels) => ({ list: async () => ({ models }) });

/** Opens the view of the models in a panel of `browser`, with these models in it. */
export async function openModelPanel(browser, { catalogs, stored = {}, ...options } = {}) {
  const profile = scriptedProfile({ baseUrl: 'https://gateway.example.com', apiKey: 'sk-saved', ...stored });
  const panel = await browser.open({ profile, catalogs: scriptedCatalogs(profile, catalogs ?? list()), ...options });
  await panel.page.locator('#tab-models').click();
  return Object.assign(panel, {
    rows: panel.page.locator('.grid-body [role=row]'),
    ids: () => panel.page.locator('.grid-body .model-id').allInnerTexts(),
    row: (id) => panel.page.locator('.grid-body [role=row]', { has: panel.page.getByText(id, { exact: true }) }),
    search: panel.page.locator('#model-search input'),
    count: panel.page.locator('.count'),
    sort: (name) => panel.page.getByRole('columnheader', { name }).getByRole('button').click(),
    detail: panel.page.locator('dialog.model-detail'),
  });
}

/** So many models of fifty providers. */
export function manyModels(count) {
  return Array.from({ length: count }, (_, index) =>
    complete(
      model(`provider-${index % 50}/model-${String(index).padStart(4, '0')}`, {
        provider: `provider-${index % 50}`,
        inputPrice: index / 100,
        outputPrice: index / 20,
        supportsImages: index % 4 === 0,
        deployments: 1 + (index % 5),
      }),
    ),
  );
}
