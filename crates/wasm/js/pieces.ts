import { Brought, Chat, type StreamPart } from '../pkg/litellm_wasm.js';

/** Texts up to this many bytes are put together here when they are ASCII: a decoder takes longer to call than that. */
const shortText = 32;

/**
 * Hands the pieces of a body to the core, and its texts out, through its memory: what models send comes in so small pieces
 * that passing them as values would take as long as reading them.
 */
export class Pieces {
  readonly #chat: Chat;
  readonly #memory = Chat.memory();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #bytes = new Uint8Array(this.#memory.buffer);
  #room = 0;
  #start = 0;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** Pushes a piece. Gives the part that it brought, if it is a lone text, or what else came. */
  push(view: ArrayBufferView): StreamPart | Brought.Nothing | Brought.Parts {
    const piece = view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const { length } = piece;
    if (length > this.#room) {
      this.#room = Math.max(length, 16 * 1024);
      this.#start = this.#chat.room(this.#room);
    }
    this.#view().set(piece, this.#start);
    const brought = this.#chat.push(length);
    if (brought === Brought.Text) return { type: 'text', text: this.#text() };
    if (brought === Brought.Reasoning) return { type: 'reasoning', text: this.#text() };
    return brought;
  }

  #text(): string {
    const bytes = this.#view();
    const start = this.#chat.textStart();
    const length = this.#chat.textLength();
    if (length > shortText) return this.#decoder.decode(bytes.subarray(start, start + length));
    let text = '';
    for (let place = start; place < start + length; place += 1) {
      const byte = bytes[place] ?? 0;
      if (byte >= 0x80) return this.#decoder.decode(bytes.subarray(start, start + length));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** A view of the memory; one from before it grew has no bytes. */
  #view(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }
}
