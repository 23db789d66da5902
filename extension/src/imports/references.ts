/** References to variables of the environment, as the programs that settings are imported from write them. */

/** The variables that are known, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A text with its references resolved. */
export interface Resolved {
  readonly text: string;
  /** The variables whose values are in it. */
  readonly variables: readonly string[];
  /** The variables that are named and not set. They leave a gap. */
  readonly missing: readonly string[];
}

/** How a program writes references. */
export type ReferenceStyle = 'dollar' | 'continue' | 'litellm';

const patterns: Readonly<Record<ReferenceStyle, RegExp>> = {
  // OpenClaw: `${NAME}`, and `$${NAME}` for the text `${NAME}`.
  dollar: /\$?\$\{([A-Z_][A-Z0-9_]*)\}/g,
  // Continue: `${{ secrets.NAME }}` for a secret, `${{ inputs.NAME }}` for what a block is given.
  continue: /\$\{\{\s*(?:secrets|inputs)\.(?:[\w-]+\/)*([\w-]+)\s*\}\}/g,
  // LiteLLM: a whole value `os.environ/NAME`.
  litellm: /^os\.environ\/([\w-]+)$/g,
};

/** Puts the values of variables in the place of their references. */
export function resolveReferences(text: string, style: ReferenceStyle, variables: Variables): Resolved {
  const named: string[] = [];
  const missing: string[] = [];
  const resolved = text.replace(patterns[style], (reference, name: string) => {
    if (style === 'dollar' && reference.startsWith('$$')) return reference.slice(1);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    (value ? named : missing).push(name);
    return value ?? '';
  });
  return { text: resolved, variables: named, missing };
}
