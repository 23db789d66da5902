/** Looks at a page as those do who can't look at it as it is meant to be looked at. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page as it stands. */
export async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  // axe lets the popup of a combobox scroll, and knows one by ids alone: ours is outside of the input's shadow tree.
  const isPopup = (id, node) => id === 'scrollable-region-focusable' && node.html.includes('class="listbox"');
  return found.flatMap(({ id, nodes: all }) => {
    const nodes = all.filter((node) => !isPopup(id, node));
    return nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`);
  });
}

/** The page as a screen reader gets it: role, name and description of every node that is not ignored. */
export async function accessibilityTree(page) {
  const developerTools = await page.context().newCDPSession(page);
  const { nodes } = await developerTools.send('Accessibility.getFullAXTree');
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, description }) => ({
      role: role?.value,
      name: name?.value ?? '',
      description: description?.value ?? '',
    }));
}

/** What has the focus: a button by its words, what can be unfolded by its title, a field by its id. */
export function focused(page) {
  return page.evaluate(() => {
    const active = document.activeElement;
    const title = active.querySelector(':scope > .title')?.textContent;
    return active === document.body
      ? 'body'
      : title || active.id || active.ariaLabel || active.label || active.textContent;
  });
}

/** What of the page sticks out of the window at one of its sides. */
export function stickingOut(page) {
  return page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const parts = [...document.querySelectorAll('main *')].filter(
      (part) => !part.closest('.announcer') && part.offsetParent,
    );
    const sticksOut = ({ left, right }) => right > limit + 0.5 || left < -0.5;
    return parts.filter((part) => sticksOut(part.getBoundingClientRect())).map((part) => part.outerHTML);
  });
}
