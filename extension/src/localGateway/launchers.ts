/** The ways to run LiteLLM that are on this machine: itself, uvx, pipx, a virtual environment of our own, Docker. */

import { hostOfContainers } from './configuration.ts';

/** What a start needs to know. */
export interface Start {
  /** The path of `config.yaml`. */
  readonly configuration: string;
  readonly port: number;
  /** The names of the variables to hand on, where a way does not hand on all. */
  readonly variables: readonly string[];
  /** A folder for what is installed. */
  readonly storage: string;
}

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly parameters: readonly string[];
}

/** A way to run LiteLLM. */
export interface Launcher {
  readonly id: 'litellm' | 'uvx' | 'pipx' | 'python' | 'docker';
  /** Whether it has to bring LiteLLM first, which takes minutes. */
  readonly installs: boolean;
  readonly command: (start: Start) => Command;
}

/** What is asked of the machine. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isWindows: boolean;
  /** Whether there is a file at this path. */
  readonly hasFile: (path: string) => Promise<boolean>;
}

/** LiteLLM with its proxy, as package managers know it. */
const requirement = 'litellm[proxy]';

const image = 'ghcr.io/berriai/litellm:main-stable';

/** The ways that are there, the quickest first. */
export async function findLaunchers(machine: Machine): Promise<Launcher[]> {
  const { environment } = machine;
  const found: Launcher[] = [];
  const virtualEnvironment = environment['VIRTUAL_ENV'];
  const inEnvironment =
    virtualEnvironment && (await findIn(machine, [scripts(machine, virtualEnvironment)], 'litellm'));
  const litellm = inEnvironment || (await findProgram(machine, 'litellm'));
  if (litellm) {
    found.push({
      id: 'litellm',
      installs: false,
      command: (start) => ({ program: litellm, parameters: litellmArguments(start) }),
    });
  }
  const uvx = await findProgram(machine, 'uvx');
  if (uvx) {
    found.push({
      id: 'uvx',
      installs: true,
      command: (start) => ({
        program: uvx,
        parameters: ['--from', requirement, 'litellm', ...litellmArguments(start)],
      }),
    });
  }
  const pipx = await findProgram(machine, 'pipx');
  if (pipx) {
    found.push({
      id: 'pipx',
      installs: true,
      command: (start) => ({
        program: pipx,
        parameters: ['run', '--spec', requirement, 'litellm', ...litellmArguments(start)],
      }),
    });
  }
  // The three commands of this way take a shell, which Windows has another one of.
  const python = machine.isWindows ? undefined : await findProgram(machine, 'python3');
  if (python) {
    found.push({
      id: 'python',
      installs: true,
      command: (start) => ({
        program: '/bin/sh',
        parameters: ['-c', script, python, `${start.storage}/venv`, ...litellmArguments(start)],
      }),
    });
  }
  const docker = await findProgram(machine, 'docker');
  if (docker) found.push({ id: 'docker', installs: true, command: (start) => dockerCommand(docker, start) });
  return found;
}

/** `$0` is Python, `$1` the virtual environment; what follows goes to LiteLLM. */
const script = [
  'environment=$1; shift',
  `[ -x "$environment/bin/litellm" ] || { "$0" -m venv "$environment" && "$environment/bin/pip" install '${requirement}'; }`,
  'exec "$environment/bin/litellm" "$@"',
].join('\n');

function litellmArguments({ configuration, port }: Start): string[] {
  // Of this machine only: whoever wants others to use the gateway says so.
  return ['--config', configuration, '--host', '127.0.0.1', '--port', String(port)];
}

function dockerCommand(docker: string, { configuration, port, variables }: Start): Command {
  const handedOn = variables.flatMap((name) => ['--env', name]);
  const parameters = [
    ...['run', '--rm', '--name', `litellm-gateway-${port}`, '--publish', `127.0.0.1:${port}:4000`],
    // Linux has no name for it by itself.
    ...['--add-host', `${hostOfContainers}:host-gateway`],
    ...['--mount', `type=bind,source=${configuration},target=/app/config.yaml,readonly`],
    ...handedOn,
    ...[image, '--config', '/app/config.yaml', '--port', '4000'],
  ];
  return { program: docker, parameters };
}

/** The path of a program that the PATH leads to. */
async function findProgram(machine: Machine, name: string): Promise<string | undefined> {
  const { environment, isWindows } = machine;
  const path = environment['PATH'] ?? environment['Path'] ?? '';
  return findIn(machine, path.split(isWindows ? ';' : ':'), name);
}

async function findIn(machine: Machine, folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    // A relative folder leads wherever the editor was started: perhaps into a stranger's checkout.
    if (!(machine.isWindows ? /^[A-Za-z]:[\\/]/ : /^\//).test(folder)) continue;
    const path = machine.isWindows ? `${folder}\\${name}.exe` : `${folder}/${name}`;
    if (await machine.hasFile(path)) return path;
  }
  return undefined;
}

/** Where a virtual environment has its programs. */
function scripts({ isWindows }: Machine, environment: string): string {
  return isWindows ? `${environment}\\Scripts` : `${environment}/bin`;
}
