/**
 * All that is measured, by name. A piece of work has
 * - `title` and `candidates`: what is done, and the names of the programs that do it;
 * - `inputs`: the files that its processes read, each with what makes its content;
 * - `measure({ candidate, effort, folder, read, serverAddress })`: gives figures by name and throws on a wrong result;
 * - `server`, where there is one: the file that a stream server sends;
 * - `nodeFlags`: of its processes; `isMeasuredOnce`: since it is the same in each round; `isOneRun`: its process does one short run,
 *   of which there are more rounds;
 * - `isHostReady(candidate)`: whether its process has loaded `fetch` before, as it has where this does not deny it.
 */
import { activationWorks } from './works/activation.mjs';
import { cachingWorks } from './works/caching.mjs';
import { conversationWorks } from './works/conversation.mjs';
import { loadingWorks } from './works/loading.mjs';
import { memoryWorks } from './works/memory.mjs';
import { modelWorks } from './works/models.mjs';
import { panelWorks } from './works/panel.mjs';
import { sizeWorks } from './works/sizes.mjs';
import { streamWorks } from './works/streams.mjs';
import { tokenWorks } from './works/tokens.mjs';

export const works = {
  ...streamWorks,
  ...tokenWorks,
  ...modelWorks,
  ...conversationWorks,
  ...cachingWorks,
  ...loadingWorks,
  ...activationWorks,
  ...sizeWorks,
  ...memoryWorks,
  ...panelWorks,
};
