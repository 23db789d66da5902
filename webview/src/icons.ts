/** The page's icons, drawn in the colour of the text: 16 × 16, lines of 1.2. Each stands beside words that say the same. */

const circle = 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5z';
const star = 'M8 1.9l1.9 3.9l4.2.6l-3 3l.7 4.2L8 11.6l-3.8 2l.7-4.2l-3-3l4.2-.6z';

const paths = {
  passed: `${circle}M5 8.2l2.1 2.1l3.9-4.2`,
  error: `${circle}M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4`,
  warning: 'M8 2.2L14.4 13.4H1.6zM8 6.2v3.4M8 11.2v.6',
  information: `${circle}M8 7.2v4M8 4.7v.6`,
  skipped: `${circle}M5.2 8h5.6`,
  waiting: circle,
  running: 'M8 1.75a6.25 6.25 0 1 1-6.25 6.25',
  stale: `${circle}M8 4.4V8.2l2.5 1.5`,
  unsaved: 'M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6z',
  star,
  starred: star,
  down: 'M8 3.5V12M4.2 8.4L8 12.2l3.8-3.8',
  up: 'M8 12.5V4M4.2 7.6L8 3.8l3.8 3.8',
  remove: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M4 6.2l4 4l4-4',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof paths;

/** A new icon, hidden from screen readers. */
export function icon(name: IconName): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const drawing = document.createElementNS(namespace, 'svg');
  drawing.setAttribute('class', `icon icon-${name}`);
  drawing.setAttribute('viewBox', '0 0 16 16');
  drawing.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  drawing.append(path);
  return drawing;
}
