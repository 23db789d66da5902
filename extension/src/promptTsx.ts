/**
 * The result of a tool that renders its answer with `@vscode/prompt-tsx`: a tree of pieces, of which a model gets the text
 * and the images. The tree is another extension's JSON, so nothing about its shape is taken for granted.
 */

/** What kind of node it is, by the library's numbers. */
const nodeType = { piece: 1, text: 2, opaque: 3 } as const;
/** The piece that stands for an image, by the library's number. */
const imagePiece = 3;
/** Trees are flat; a deeper one is a mistake or an attack. */
const greatestDepth = 200;

/** A run of text or an image of the tree, in reading order. `source` is base64 text or a `data:` URL, `value` a part that the editor itself made. */
export type PromptTsxItem =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly source: string; readonly mediaType: string | undefined }
  | { readonly type: 'part'; readonly value: unknown };

/** The text and images of a rendered tree. What is no such tree is given as its JSON text. */
export function promptTsxItems(value: unknown): PromptTsxItem[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  const node = (value as { node?: unknown } | null | undefined)?.node;
  if (typeof node !== 'object' || node === null) return [{ type: 'text', text: JSON.stringify(value) ?? '' }];
  const items: PromptTsxItem[] = [];
  collect(node, items, 0);
  return items;
}

function collect(node: unknown, items: PromptTsxItem[], depth: number): void {
  if (typeof node !== 'object' || node === null || depth > greatestDepth) return;
  const { type, text, lineBreakBefore, ctor, props, children, value } = node as Record<string, unknown>;
  if (type === nodeType.text && typeof text === 'string') {
    addText(items, lineBreakBefore && items.length > 0 ? `\n${text}` : text);
  } else if (type === nodeType.opaque) {
    items.push({ type: 'part', value });
  } else if (type === nodeType.piece && ctor === imagePiece) {
    const { src, mimeType } = (props ?? {}) as Record<string, unknown>;
    if (typeof src === 'string') {
      items.push({ type: 'image', source: src, mediaType: typeof mimeType === 'string' ? mimeType : undefined });
    }
  } else if (Array.isArray(children)) {
    for (const child of children) collect(child, items, depth + 1);
  }
}

function addText(items: PromptTsxItem[], text: string): void {
  const last = items.at(-1);
  if (last?.type === 'text') items[items.length - 1] = { type: 'text', text: last.text + text };
  else items.push({ type: 'text', text });
}
