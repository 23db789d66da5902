/** A stand-in for the editor's API: the classes that messages are made of, text in place of translations, and settings in memory. */

export class LanguageModelTextPart {
  constructor(value) {
    this.value = value;
  }
}

export class LanguageModelToolCallPart {
  constructor(callId, name, input) {
    Object.assign(this, { callId, name, input });
  }
}

export class LanguageModelToolResultPart {
  constructor(callId, content, isError) {
    Object.assign(this, { callId, content, isError });
  }
}

export class LanguageModelPromptTsxPart {
  constructor(value) {
    this.value = value;
  }
}

export class LanguageModelDataPart {
  constructor(data, mimeType) {
    Object.assign(this, { data, mimeType });
  }
}

export class LanguageModelThinkingPart {
  constructor(value, id, metadata) {
    Object.assign(this, { value, id, metadata });
  }
}

export const LanguageModelChatMessageRole = { User: 1, Assistant: 2 };
export const LanguageModelChatToolMode = { Auto: 1, Required: 2 };
export const ConfigurationTarget = { Global: 1 };

export const Uri = {
  joinPath: (...parts) => parts.join('/'),
  // As the editor does, it decodes what it is given once, and encodes nothing but what would end a part.
  parse: (text) => {
    const [address, ...query] = text.split('?').map((part) => decodeURIComponent(part));
    const parts = [address, ...(query.length > 0 ? [query.join('%3F')] : [])];
    return { toString: () => new URL(parts.map((part) => part.replaceAll('#', '%23')).join('?')).href };
  },
  from: (parts) => parts,
};

export class McpHttpServerDefinition {
  constructor(label, uri, headers, version) {
    Object.assign(this, { label, uri, headers, version });
  }
}

export class ThemeIcon {
  constructor(id) {
    this.id = id;
  }
}

/** With a bundle the editor's language is one that has translations. */
export const l10n = {
  bundle: undefined,
  t: (text, ...values) => (l10n.bundle?.[text] ?? text).replace(/\{(\d)\}/g, (_, index) => String(values[index])),
};

export const env = {
  language: 'en',
  clipboard: {
    text: '',
    writeText: async (text) => {
      env.clipboard.text = text;
    },
  },
};

export class EventEmitter {
  #listeners = new Set();
  event = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value) {
    for (const listener of this.#listeners) listener(value);
  }
  dispose() {
    this.#listeners.clear();
  }
}

const configurationChanged = new EventEmitter();

/** The user's settings and a workspace's, by their names without the section. */
export const userSettings = new Map();
export const workspaceSettings = new Map();
/** The defaults of the editor's own settings. */
export const defaults = new Map();
/** What an organisation's policy says of settings: it holds before all else, and no extension is told where it comes from. */
export const policies = new Map();
/** Names of settings that can't be written. */
export const failingWrites = new Set();

/** SecretStorage in memory. */
export function memoryStorage() {
  const values = new Map();
  const changed = new Set();
  const change = async (key, value) => {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    for (const listener of changed) listener({ key });
  };
  return {
    values,
    get: async (key) => values.get(key),
    store: change,
    delete: (key) => change(key, undefined),
    onDidChange: (listener) => {
      changed.add(listener);
      return { dispose: () => changed.delete(listener) };
    },
  };
}

/** Files in memory, by their paths. */
export const files = new Map();
const absent = () => Promise.reject(new Error('there is no such file'));
const fs = {
  stat: async (path) => (files.has(path) ? { size: files.get(path).length } : absent()),
  readFile: async (path) => files.get(path) ?? absent(),
  writeFile: async (path, bytes) => void files.set(path, bytes.slice()),
  delete: async (path) => (files.delete(path) ? undefined : absent()),
  createDirectory: async () => undefined,
};

export const workspace = {
  fs,
  onDidChangeConfiguration: (listener) =>
    configurationChanged.event(() => listener({ affectsConfiguration: () => true })),
  getConfiguration: () => ({
    get: (name) => policies.get(name) ?? workspaceSettings.get(name) ?? userSettings.get(name) ?? defaults.get(name),
    inspect: (name) => ({
      defaultValue: defaults.get(name),
      globalValue: userSettings.get(name),
      workspaceValue: workspaceSettings.get(name),
    }),
    update: async (name, value) => {
      if (failingWrites.has(name) || policies.has(name)) throw new Error('the settings are read-only');
      if (value === undefined) userSettings.delete(name);
      else userSettings.set(name, value);
      configurationChanged.fire();
    },
  }),
};

/** Files in memory, and the editor's file system over them. */
export function filesInMemory() {
  const contents = new Map();
  let changes = 0;
  const times = new Map();
  const found = (place) => {
    const bytes = contents.get(place);
    if (bytes === undefined) throw new Error(`${place} is not there`);
    return bytes;
  };
  const put = (place, bytes) => {
    changes += 1;
    times.set(place, changes);
    contents.set(place, bytes);
  };
  const system = {
    createDirectory: async () => undefined,
    readDirectory: async (folder) =>
      [...contents.keys()]
        .filter((place) => place.startsWith(`${folder}/`))
        .map((place) => [place.slice(folder.length + 1), 1]),
    stat: async (place) => ({ mtime: times.get(place) ?? 0, size: found(place).length }),
    readFile: async (place) => found(place),
    writeFile: async (place, bytes) => put(place, bytes),
    rename: async (from, to) => {
      put(to, found(from));
      contents.delete(from);
    },
    delete: async (place) => void contents.delete(place),
  };
  return { contents, system };
}

/** What was written to output channels: each line with its level. */
export const written = [];

/** The manifest of our own extension, as the editor gives it. */
export const manifest = { contributes: { configuration: { properties: {} } } };

export const extensions = {
  getExtension: () => ({ packageJSON: manifest }),
  onDidChange: () => ({ dispose: () => undefined }),
};

/** Answers the warnings that the user is shown: given a message and its buttons, gives the one that is pressed. */
export const warnings = { answer: async () => undefined };

/** Answers the questions that are asked in quick picks and input boxes: given what is asked, gives the answer. */
export const questions = { pick: async (items) => items, input: async () => undefined };

/** The accounts that the editor is signed in to. */
export const accounts = [];
export const authentication = { getAccounts: async () => accounts };

/** Messages that were shown, and commands that were executed. */
export const shown = [];
export const executed = [];
const show = async (text) => void shown.push(text);

export const ProgressLocation = { Notification: 15 };

/** The items of the status bar, as they were made. */
export const statusBarItems = [];
export class ThemeColor {}
export const StatusBarAlignment = { Right: 2 };
export class MarkdownString {
  constructor(value) {
    this.value = value;
  }
}

export const window = {
  showInformationMessage: show,
  showWarningMessage: (message, ...buttons) => {
    shown.push(message);
    return warnings.answer(message, buttons);
  },
  showErrorMessage: (message, ...buttons) => {
    shown.push(message);
    return warnings.answer(message, buttons);
  },
  showQuickPick: (items, options) => questions.pick(items, options),
  showInputBox: (options) => questions.input(options),
  withProgress: async (options, work) => {
    shown.push(options.title);
    const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
    return work({ report: ({ message }) => shown.push(message) }, token);
  },
  onDidChangeWindowState: () => ({ dispose: () => undefined }),
  createStatusBarItem: () => {
    const item = { show: () => undefined, hide: () => undefined, dispose: () => undefined };
    statusBarItems.push(item);
    return item;
  },
  createOutputChannel: () => ({
    ...Object.fromEntries(
      ['debug', 'info', 'warn', 'error'].map((level) => [level, (line) => written.push(`${level} ${line}`)]),
    ),
    show: () => undefined,
    dispose: () => undefined,
  }),
};
/** The tools that were registered, by their names. */
export const registeredTools = new Map();
export const lm = {
  selectChatModels: async () => [{}],
  onDidChangeChatModels: () => ({ dispose: () => undefined }),
  registerTool: (name, tool) => {
    registeredTools.set(name, tool);
    return { dispose: () => registeredTools.delete(name) };
  },
};
export class LanguageModelToolResult {
  constructor(content) {
    this.content = content;
  }
}

/** The commands that the editor says it has, and what each was given. */
export const knownCommands = [];
export const commandArguments = [];
export const commands = {
  executeCommand: async (command, ...given) => {
    executed.push(command);
    commandArguments.push(given);
  },
  getCommands: async () => knownCommands,
};
