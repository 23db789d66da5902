/** The programs whose settings can be taken: how their files are told apart, and who reads them. */
import { hasSecretsBeside, isCline, readCline } from './cline.ts';
import { isContinue, readContinue } from './continue.ts';
import type { ImportedProfile, ReaderContext } from './imported.ts';
import { isLiteLlmConfiguration, readLiteLlmConfiguration } from './liteLlmConfiguration.ts';
import { isOpenClaw, readOpenClaw } from './openClaw.ts';
import { isOwnProfiles, readOwnProfiles } from './ownProfiles.ts';
import { isRooCode, readRooCode } from './rooCode.ts';

/** A program, by the name that people know it by. */
export interface Format {
  readonly name: string;
  /** Where its file usually lies below the home folder. */
  readonly usualPlaces: readonly string[];
  readonly matches: (file: unknown) => boolean;
  /** Whether its keys lie in a file `secrets.json` beside this one. */
  readonly hasSecretsBeside?: (file: unknown) => boolean;
  /** The file beside this one that holds the variables to which it refers. */
  readonly variableFile?: string;
  readonly read: (file: unknown, context: ReaderContext & { readonly secrets?: unknown }) => ImportedProfile[];
}

/** All of them. The first that knows a file by its shape reads it. */
export const formats: readonly Format[] = [
  { name: 'LiteLLM Gateway', usualPlaces: [], matches: isOwnProfiles, read: readOwnProfiles },
  { name: 'Roo Code', usualPlaces: [], matches: isRooCode, read: readRooCode },
  {
    name: 'Continue',
    usualPlaces: ['.continue/config.yaml', '.continue/config.json'],
    matches: isContinue,
    variableFile: '.env',
    read: readContinue,
  },
  {
    name: 'OpenClaw',
    usualPlaces: ['.openclaw/openclaw.json', '.clawdbot/clawdbot.json'],
    matches: isOpenClaw,
    read: readOpenClaw,
  },
  {
    name: 'LiteLLM',
    usualPlaces: [],
    matches: isLiteLlmConfiguration,
    read: readLiteLlmConfiguration,
  },
  {
    name: 'Cline',
    usualPlaces: ['.cline/data/settings/providers.json', '.cline/data/globalState.json'],
    matches: isCline,
    hasSecretsBeside,
    read: (file, { secrets }) => readCline(file, secrets),
  },
];

/** The format of a file's content; undefined when nobody's. */
export function formatOf(content: unknown): Format | undefined {
  return formats.find(({ matches }) => matches(content));
}
