/**
 * All that is measured, by name. A piece of work is `{ title, candidates, inputs, server?, measure }`:
 * `inputs` are the files that its processes read, each with what makes its content; `server` is the one that a stream server
 * sends; `measure({ candidate, effort, folder, read, serverAddress })` gives figures by name and throws on a wrong result.
 */
import { modelWorks } from './works/models.mjs';
import { sizeWorks } from './works/sizes.mjs';
import { streamWorks } from './works/streams.mjs';
import { tokenWorks } from './works/tokens.mjs';

export const works = { ...streamWorks, ...modelWorks, ...sizeWorks, ...tokenWorks };
