/**
 * The editor's check that an extension may use a proposed part of its API. code-server answers it with yes for everybody; the
 * editor that people install asks the extension's manifest, which a published extension may not fill in. Tests in the former
 * would pass with what the latter refuses, so the check is put back.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the check stands: in the window, and in both hosts of extensions. */
const scripts = [
  'code/browser/workbench/workbench.js',
  'workbench/api/node/extensionHostProcess.js',
  'workbench/api/worker/extensionHostWorkerMain.js',
];
/** A proposal that each of them asks for. It tells the check apart from other functions that always say yes. */
const knownProposal = 'chatParticipantAdditions';

/** Puts the check back into the code-server that is installed in `folder`. */
export async function restoreProposalGate(folder) {
  for (const script of scripts) {
    const file = join(folder, 'lib/vscode/out/vs', script);
    const text = await readFile(file, 'utf8');
    const candidates = [...text.matchAll(/function ([\w$]+)\(([\w$]+),([\w$]+)\)\{return!0\}/g)];
    const checks = candidates.filter(([, name]) => isAskedFor(text, name, knownProposal));
    if (checks.length !== 1)
      throw new Error(`${script} has ${checks.length} functions that could be the check of proposals.`);
    const [[whole, name, extension, proposal]] = checks;
    const answer = `!!${extension}.enabledApiProposals?.includes(${proposal})`;
    await writeFile(
      file,
      text.replace(whole, () => `function ${name}(${extension},${proposal}){return ${answer}}`),
    );
  }
}

function isAskedFor(text, name, proposal) {
  const call = new RegExp(`[^\\w$]${name.replaceAll('$', '\\$')}\\([\\w.$]+,"${proposal}"\\)`);
  return call.test(text);
}
