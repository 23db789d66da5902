/** The cells of one row of the table of models. */
import type { Figure, ModelFigure, ModelRow, ModelStrings } from '../../extension/src/protocol';
import { element, fill, foreign, readable } from './elements';
import { icon } from './icons';

/** How a row stands with the user. */
export interface RowMarks {
  isFavorite: boolean;
  isHidden: boolean;
  isUnsaved: boolean;
  isEditable: boolean;
}

const figures: readonly ModelFigure[] = ['contextWindow', 'maxTokens', 'inputPrice', 'outputPrice'];

/** All cells of a row. */
export function cellsOf(strings: ModelStrings, row: ModelRow, marks: RowMarks): HTMLElement[] {
  const { columns } = strings;
  const cells = [
    cell('favorite', marks.isEditable ? [favoriteButton(strings, row, marks)] : []),
    modelCell(strings, row, marks),
    labelled(columns.provider, 'provider', row.provider === '' ? unknown(strings) : foreign(row.provider, 'provider')),
    ...figures.map((name) => labelled(columns[name], `figure ${name}`, figureText(strings, row[name]))),
    abilitiesCell(strings, row),
    labelled(
      columns.deployments,
      'figure deployments',
      row.isListed ? new Text(String(row.deployments)) : unknown(strings),
    ),
    cell('visibility', marks.isEditable ? [hideButton(strings, row, marks)] : []),
  ];
  // Where the table is narrow some are left out.
  for (const [index, made] of cells.entries()) made.ariaColIndex = String(index + 1);
  return cells;
}

function cell(className: string, children: Node[]): HTMLElement {
  return element('div', { class: `cell ${className}`, role: 'gridcell' }, ...children);
}

/** Where there is no heading above the cell, it says itself what it holds. */
function labelled(label: string, className: string, content: Node): HTMLElement {
  return cell(className, [element('span', { class: 'cell-label', text: `${label} `, 'aria-hidden': 'true' }), content]);
}

function modelCell(strings: ModelStrings, row: ModelRow, marks: RowMarks): HTMLElement {
  const title = element('div', { class: 'model-title' }, foreign(row.id, 'model-id'));
  const tags = [
    // Where there is little room, the button beside the name says it.
    marks.isHidden && tag(strings.hiddenMark, 'tag is-told'),
    marks.isUnsaved && tag(strings.unsavedMark),
    row.isOverridden && tag(strings.overriddenMark),
    !row.isListed && tag(strings.notListed),
  ].filter((made) => made !== false);
  if (tags.length > 0) title.append(element('span', { class: 'tags' }, ...tags));
  const made = element('div', { class: 'cell model', role: 'rowheader' }, title);
  if (row.name !== row.id) made.append(foreign(row.name, 'model-name'));
  return made;
}

/** One that is cut says its whole text to the pointer. */
function tag(text: string, className = 'tag'): HTMLElement {
  const made = element('span', { class: className, text });
  made.title = text;
  return made;
}

function figureText(strings: ModelStrings, { text, isAssumed }: Figure): Node {
  if (text === '') return unknown(strings);
  if (!isAssumed) return new Text(text);
  return assumed(strings, text);
}

/** A value that nobody stated, told apart by more than its looks. */
function assumed(strings: ModelStrings, text: string): HTMLElement {
  const made = element(
    'bdi',
    { class: 'assumed' },
    element('span', { text: `~${text}` }),
    element('span', { class: 'announcer', text: ` (${strings.assumed})` }),
  );
  made.title = strings.assumed;
  return made;
}

function unknown(strings: ModelStrings): HTMLElement {
  return element(
    'span',
    { class: 'unknown' },
    element('span', { text: '–', 'aria-hidden': 'true' }),
    element('span', { class: 'announcer', text: strings.unknown }),
  );
}

function abilitiesCell(strings: ModelStrings, row: ModelRow): HTMLElement {
  const list = row.abilities.map((ability) => {
    const text = strings.abilities[ability];
    return row.assumedAbilities.includes(ability) ? assumed(strings, text) : element('bdi', { text });
  });
  const words = list.flatMap((word, index) => (index > 0 ? [new Text(' · '), word] : [word]));
  const content = element('span', { class: 'ability-list' }, ...(words.length > 0 ? words : [unknown(strings)]));
  const made = labelled(strings.columns.abilities, 'abilities', content);
  made.title = row.abilities.map((ability) => strings.abilities[ability]).join(' · ');
  return made;
}

function favoriteButton(strings: ModelStrings, { id }: ModelRow, { isFavorite }: RowMarks): HTMLButtonElement {
  const label = fill(isFavorite ? strings.unfavorite : strings.favorite, readable(id));
  const made = element('button', { class: 'icon-button', 'aria-label': label }, icon(isFavorite ? 'starred' : 'star'));
  made.type = 'button';
  made.tabIndex = -1;
  made.title = label;
  made.dataset['press'] = 'favorite';
  return made;
}

function hideButton(strings: ModelStrings, { id }: ModelRow, { isHidden }: RowMarks): HTMLButtonElement {
  const label = fill(isHidden ? strings.unhide : strings.hide, readable(id));
  const text = isHidden ? strings.unhideShort : strings.hideShort;
  const made = element('button', { class: 'link', 'aria-label': `${text}: ${label}`, text });
  made.type = 'button';
  made.tabIndex = -1;
  made.title = label;
  made.dataset['press'] = 'hide';
  return made;
}
