/** What the core found wrong with a setting, as a sentence for the place below its field, where the label says which it is. */
import type { JsonMistake, JsonProblem } from './jsonText.ts';
import { type MoreKind, moreKinds } from './moreSettings.ts';
import type { FieldName, MoreName } from './protocol.ts';
import type { Translate } from './settingsStrings.ts';

/** An issue as the core tells it. */
export interface CoreIssue {
  readonly path: string;
  readonly code: string;
  /** In English. */
  readonly message: string;
}

/** What a setting takes, as the manifest says it and the core judges it. */
export interface SettingSchema {
  readonly type?: string | readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The field to which a path such as `headers.x-team` or `tags[1]` belongs, when the page has one. */
export function fieldOf(path: string): FieldName | undefined {
  const name = path.split(/[.[]/, 1)[0] ?? '';
  if (name === 'baseUrl' || name === 'apiKey' || name === 'modelId') return name;
  return Object.hasOwn(moreKinds, name) ? (name as MoreName) : undefined;
}

/** The sentence. */
export function issueSentence(t: Translate, field: FieldName, issue: CoreIssue, schema: SettingSchema): string {
  if (field === 'baseUrl' || field === 'apiKey' || field === 'modelId') return connectionSentence(t, issue);
  switch (moreKinds[field]) {
    case 'number':
    case 'seconds':
      return numberSentence(t, moreKinds[field], schema);
    case 'headers':
      return issue.code === 'invalid_header'
        ? t(
            '"{0}" can\'t be sent as a header. A name takes letters, digits and "-"; a value takes no line breaks, no control characters and nothing beyond Latin-1.',
            issue.path.slice('headers.'.length),
          )
        : t('The stored value is no list of headers. Change it here, or reset it.');
    case 'json':
      return t('Write an object, such as { "name": "value" }.');
    default:
      return t('The stored value has the wrong type. Change it here, or reset it.');
  }
}

/** Where a JSON text can't be read, and what is wrong there. */
export function jsonSentence(t: Translate, { mistake, line, column }: JsonProblem): string {
  return t('Line {0}, column {1}: {2}', String(line), String(column), mistakes(t)[mistake]);
}

function mistakes(t: Translate): Record<JsonMistake, string> {
  return {
    value: t('a value is expected here.'),
    name: t('a name in double quotes is expected here.'),
    colon: t('a colon is missing.'),
    comma: t('a comma or a closing bracket is missing.'),
    closing: t('a closing bracket is missing.'),
    quote: t('the text that begins here has no closing quote.'),
    escape: t('this is no escape sequence. Write a backslash as \\\\.'),
    control: t("a text can't hold this character. Write a tab as \\t."),
    after: t('nothing may follow here.'),
  };
}

/** The core's sentences on the three fields of the connection are keys of the translations. */
function connectionSentence(t: Translate, { code, message }: CoreIssue): string {
  // The one sentence that holds what was typed, and so can't be a key.
  if (code === 'unsupported_scheme') return t('The address of a gateway begins with http:// or https://.');
  return t(message);
}

function numberSentence(t: Translate, kind: MoreKind, { type, minimum, maximum }: SettingSchema): string {
  const scale = kind === 'seconds' ? 1000 : 1;
  const from = minimum === undefined ? undefined : String(minimum / scale);
  const to = maximum === undefined ? undefined : String(maximum / scale);
  const isWhole = kind === 'number' && [type].flat().includes('integer');
  if (kind === 'seconds' && from !== undefined && to !== undefined)
    return t('Type a number of seconds from {0} to {1}.', from, to);
  if (from !== undefined && to !== undefined) {
    return isWhole
      ? t('Type a whole number from {0} to {1}.', from, to)
      : t('Type a number from {0} to {1}.', from, to);
  }
  if (from !== undefined)
    return isWhole ? t('Type a whole number of at least {0}.', from) : t('Type a number of at least {0}.', from);
  return t('Type a number.');
}
