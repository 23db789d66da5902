/** Where a list floats that belongs to a field. */

/**
 * Puts the popup above the field, so that it never covers the buttons that are below; where there is too little room above,
 * to where there is more. It is as wide as `row`.
 */
export function placePopup(popup: HTMLElement, textfield: HTMLElement, row: HTMLElement): void {
  const margin = 8;
  const gap = 2;
  const field = textfield.getBoundingClientRect();
  const below = innerHeight - field.bottom - gap - margin;
  const above = field.top - gap - margin;
  const isBelow = above < 160 && below > above;
  const { left, width } = row.getBoundingClientRect();
  const { style } = popup;
  style.left = `${left}px`;
  style.width = `${width}px`;
  style.top = isBelow ? `${field.bottom + gap}px` : 'auto';
  style.bottom = isBelow ? 'auto' : `${innerHeight - field.top + gap}px`;
  style.maxHeight = `${Math.max(100, Math.min(isBelow ? below : above, 400))}px`;
}
