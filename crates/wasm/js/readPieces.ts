/**
 * Reads a body to its end, or until `limit` bytes came, and hands out its pieces. The core calls this, since an `await` inside
 * WebAssembly costs several times one here. Gives whether the body ended; throws for a body that breaks off or gives no bytes.
 */
export async function readPieces(
  reader: ReadableStreamDefaultReader<unknown>,
  limit: number,
  take: (piece: Uint8Array) => void,
): Promise<boolean> {
  for (let length = 0; length < limit; ) {
    const { done, value } = await reader.read();
    if (done) return true;
    if (!(value instanceof Uint8Array)) throw new TypeError('A piece of the body is no Uint8Array.');
    length += value.length;
    take(value);
  }
  return false;
}
