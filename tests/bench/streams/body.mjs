/** Bodies of replies that are in memory: what stands in for the network where only the decoding is measured. */

/**
 * A `fetch` that answers chat requests with these pieces, one a read. Each answer has a stream of its own. Whoever asks for
 * anything else is told that by a failure: no request beside the one that is measured goes unnoticed.
 * @param {Uint8Array[]} pieces
 */
export function fetchOf(pieces) {
  return async (given) => {
    const address = String(given);
    if (!address.endsWith('/chat/completions')) throw new Error(`${address} is asked for, too.`);
    return replyOf(pieces, 'text/event-stream');
  };
}

/** A reply whose body comes in these pieces. */
export function replyOf(pieces, contentType) {
  return new Response(streamOf(pieces), { headers: { 'content-type': contentType } });
}

/** A stream of these pieces, all of which are ready at once. */
function streamOf(pieces) {
  let next = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (next < pieces.length) controller.enqueue(pieces[next++]);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Cuts bytes into pieces of `size` bytes. */
export function cutEvery(bytes, size) {
  const pieces = [];
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));
  return pieces;
}

/** Cuts a stream of events after each event's blank line. */
export function cutAfterEvents(bytes) {
  const pieces = [];
  let start = 0;
  for (;;) {
    const end = bytes.indexOf('\n\n', start, 'latin1');
    if (end === -1) return pieces;
    pieces.push(bytes.subarray(start, end + 2));
    start = end + 2;
  }
}
