/** What the plain program reads from names of models. */
import { readFileSync } from 'node:fs';

/** Ends of the names of models that can use a computer through screenshots, each from a `/` or the start on. */
const computerUseModels = new Set(
  JSON.parse(readFileSync(new URL('../../vectors/computer-use-models.json', import.meta.url), 'utf8')),
);

export function canUseComputer(backendModel) {
  if (!backendModel.includes('claude')) return false;
  if (computerUseModels.has(backendModel)) return true;
  for (let slash = backendModel.indexOf('/'); slash !== -1; slash = backendModel.indexOf('/', slash + 1)) {
    if (computerUseModels.has(backendModel.slice(slash + 1))) return true;
  }
  return false;
}

const dateAtEnd = /[-_@](?:19|20|21)\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])$/;

/** The last segment of an id, without the date at its end. */
export function readableName(id) {
  const segment = id.slice(id.lastIndexOf('/') + 1);
  return segment.replace(dateAtEnd, '') || id;
}

/** A family word, with what follows it, where no letter or digit stands before it. */
const familyWord = /(?<![a-z0-9])(?:(?:claude|gpt|gemini|grok)(?![a-z])|o[134](?:mini|preview|pro|(?![a-z0-9]))).*$/;
const aloneWord = /^[a-z]+$/;

/** What editors tune prompts by: the backend model's name from its family word on, else the id's, else the id. */
export function familyOf(id, backendModel) {
  return (backendModel === undefined ? undefined : knownFamily(backendModel)) ?? knownFamily(id) ?? id;
}

/** Whether two backend models are of one known family. */
export function sameFamily(one, other) {
  const family = knownFamily(one);
  return family !== undefined && family === knownFamily(other);
}

/** The family that a path names, from its last segment backwards; a bare word before that is a provider's name. */
function knownFamily(path) {
  const lower = path.toLowerCase();
  for (let end = lower.length; end >= 0; ) {
    const slash = end === 0 ? -1 : lower.lastIndexOf('/', end - 1);
    const word = familyWord.exec(lower.slice(slash + 1, end))?.[0];
    if (word !== undefined && (end === lower.length || !aloneWord.test(word))) return word.replaceAll(' ', '-');
    end = slash;
  }
  return undefined;
}
