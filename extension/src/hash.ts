/** A short hash of a text, to tell texts apart where nobody gains by two that have the same: it protects nothing. */

/** FNV-1a of 32 bits, in hexadecimal digits: an editor's page without TLS has no cryptography to offer. */
export function hash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
