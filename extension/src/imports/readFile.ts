/** From a file to the profiles that can be taken from it. */
import * as vscode from 'vscode';
import { largestDotEnv, readDotEnv } from './dotEnv.ts';
import { type Format, formatOf } from './formats.ts';
import type { ImportedProfile, VariableFile } from './imported.ts';
import type { ImportProblem } from './importText.ts';
import { largestFile, tooLarge } from './parsed.ts';
import type { Variables } from './references.ts';

/** What can be taken. */
export interface Found {
  /** The program that the file belongs to. */
  readonly program: string;
  readonly profiles: readonly ImportedProfile[];
}

/** Reads a file, and the one with its keys where the program keeps them apart. Fails when the file can't be read at all. */
export async function readImportFile(file: vscode.Uri): Promise<Found | { readonly problem: ImportProblem }> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > largestFile) return tooLarge(size, largestFile);
  const { parseFile } = await import('./parseFile.ts');
  const parsed = parseFile(await vscode.workspace.fs.readFile(file), file.path);
  if ('problem' in parsed) return parsed;
  const format = formatOf(parsed.content);
  if (!format) return { problem: { code: 'unknown_format' } };
  const secrets = format.hasSecretsBeside?.(parsed.content) ? await readSecrets(file) : undefined;
  const beside = format.variableFile === undefined ? undefined : await readVariables(file, format.variableFile);
  const profiles = format.read(parsed.content, { environment: environment(), secrets, ...(beside && { beside }) });
  if (profiles.length === 0) return { problem: { code: 'no_connection', program: format.name } };
  return { program: format.name, profiles };
}

/** A file of another program that is on this machine. */
export interface FoundFile {
  readonly format: Format;
  readonly file: vscode.Uri;
  /** The path as people write it, from the home folder. */
  readonly path: string;
}

/** The usual files that are there. A host without a home folder, as in the browser, has none. */
export async function usualFiles(formats: readonly Format[]): Promise<FoundFile[]> {
  const { HOME, USERPROFILE } = environment();
  const home = HOME || USERPROFILE;
  if (!home) return [];
  const places = formats.flatMap((format) => format.usualPlaces.map((place) => ({ format, place })));
  const found = places.map(async ({ format, place }) => {
    const file = vscode.Uri.joinPath(vscode.Uri.file(home), place);
    const isFile = await vscode.workspace.fs.stat(file).then(
      ({ type }) => (type & vscode.FileType.File) !== 0,
      () => false,
    );
    return isFile ? [{ format, file, path: `~/${place}` }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function readSecrets(file: vscode.Uri): Promise<unknown> {
  const name = 'secrets.json';
  const bytes = await readBeside(file, name, largestFile);
  if (!bytes) return undefined;
  const { parseFile } = await import('./parseFile.ts');
  const parsed = parseFile(bytes, name);
  return 'content' in parsed ? parsed.content : undefined;
}

async function readVariables(file: vscode.Uri, name: string): Promise<VariableFile | undefined> {
  const bytes = await readBeside(file, name, largestDotEnv);
  return bytes && { name, variables: readDotEnv(new TextDecoder().decode(bytes)) };
}

/** A file beside another one. Where it is missing or too large, so is what it holds, and the profile says that. */
async function readBeside(file: vscode.Uri, name: string, largest: number): Promise<Uint8Array | undefined> {
  try {
    const beside = vscode.Uri.joinPath(file, '..', name);
    const { size } = await vscode.workspace.fs.stat(beside);
    return size > largest ? undefined : await vscode.workspace.fs.readFile(beside);
  } catch {
    return undefined;
  }
}

function environment(): Variables {
  return typeof process === 'undefined' ? {} : (process.env ?? {});
}
