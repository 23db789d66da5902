// Reads zip files, which is what an extension's package is.

import { inflateRawSync } from 'node:zlib';

const stored = 0;

/** The files of a zip archive by their names, each as a function that gives its content. */
export function filesIn(zip) {
  const files = new Map();
  // The last record points to the central directory, which names all files.
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let offset = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const method = zip.readUInt16LE(offset + 10);
    const size = zip.readUInt32LE(offset + 20);
    const length = zip.readUInt16LE(offset + 28);
    const header = zip.readUInt32LE(offset + 42);
    const name = zip.toString('utf8', offset + 46, offset + 46 + length);
    files.set(name, () => {
      const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
      const content = zip.subarray(start, start + size);
      return method === stored ? content : inflateRawSync(content);
    });
    offset += 46 + length + zip.readUInt16LE(offset + 30) + zip.readUInt16LE(offset + 32);
  }
  return files;
}
