/** Makes elements. Texts are only ever set as text: nothing in this page reads markup. */

interface Attributes {
  class?: string;
  id?: string;
  /** The text inside. */
  text?: string;
  role?: string;
  /** Of a label: the id of its control. */
  for?: string;
  slot?: string;
  'aria-label'?: string;
  'aria-describedby'?: string;
  'aria-live'?: 'polite' | 'off';
  'aria-hidden'?: 'true';
}

/** A new element with these attributes and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { text, ...attributes }: Attributes = {},
  ...children: Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/** The template with `{0}`, `{1}` replaced by the values. */
export function fill(template: string, ...values: string[]): string {
  return template.replace(/\{(\d)\}/g, (whole, index) => values[Number(index)] ?? whole);
}

/**
 * Characters that are not seen but change what is: controls, those that turn the direction of text, and those that would let
 * two names look the same. Joiners belong into other scripts and pictures; behind ASCII they do nothing but hide.
 */
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<![^\p{ASCII}])[\u200c\u200d]/gu;

/**
 * A text from the gateway for reading: cut to a length that can be laid out, without characters that would show it as another
 * text, and kept apart from the text around it in direction.
 */
export function foreign(text: string, className: string): HTMLElement {
  return element('bdi', { class: className, text: readable(text) });
}

/** A text from elsewhere where only text can stand: cut to a length that can be laid out, without characters that are not seen. */
export function readable(text: string, longest = 300): string {
  // Half of a character would be another.
  const cut = text.length > longest ? `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return cut.replace(unseen, '\ufffd');
}
