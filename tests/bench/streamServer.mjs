/** A program that answers chat requests with a file as an event stream, in writes of 16 KB. It prints its address. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cutEvery } from './streams/body.mjs';

const pieces = cutEvery(readFileSync(process.argv[2]), 16 * 1024);
const server = createServer(async (request, response) => {
  request.resume();
  if (!request.url.endsWith('/chat/completions')) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces) if (!response.write(piece)) await once(response, 'drain');
  response.end();
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
