// Compares what a call gave with what a scenario expects. The patterns are described in tests/vectors/README.md
// under "Matching"; a mismatch is a line of text that begins with the path of the value.

const RELATIVE_TOLERANCE = 1e-9;

/** Every way in which `actual` differs from `pattern`; an empty array when it matches. */
export function mismatches(pattern, actual, path = 'value') {
  if (pattern === '$any') return actual === undefined ? [`${path}: nothing there, but something was expected`] : [];
  if (pattern === '$absent') return actual === undefined ? [] : [`${path}: ${show(actual)}, but nothing was expected`];
  if (Array.isArray(pattern)) return listMismatches(pattern, actual, path);
  if (!isPlainObject(pattern)) return isSame(pattern, actual) ? [] : [differs(path, pattern, actual)];
  const operators = Object.keys(pattern).filter((key) => key in OPERATORS);
  if (operators.length === 0) return objectMismatches(pattern, actual, path);
  return operators.flatMap((operator) => OPERATORS[operator](pattern[operator], actual, path));
}

const OPERATORS = {
  __proto__: null,
  $exact(pattern, actual, path) {
    const extra = isPlainObject(pattern) && isPlainObject(actual) ? unlistedKeys(pattern, actual) : [];
    return [
      ...mismatches(pattern, actual, path),
      ...extra.map(
        (key) => `${path}.${key}: ${show(actual[key])} is there, but only ${show(Object.keys(pattern))} may be`,
      ),
    ];
  },
  $unordered(patterns, actual, path) {
    const isComplete = Array.isArray(actual) && actual.length === patterns.length && canPair(patterns, actual);
    return isComplete ? [] : [differs(path, { $unordered: patterns }, actual)];
  },
  $includes(patterns, actual, path) {
    return Array.isArray(actual) && canPair(patterns, actual) ? [] : [differs(path, { $includes: patterns }, actual)];
  },
  $approx(number, actual, path) {
    const scale = Math.max(Math.abs(number), Math.abs(actual));
    const isNear = typeof actual === 'number' && Math.abs(actual - number) <= RELATIVE_TOLERANCE * scale;
    return isNear ? [] : [differs(path, { $approx: number }, actual)];
  },
  $contains(text, actual, path) {
    const searched = typeof actual === 'string' ? actual : (JSON.stringify(actual) ?? '');
    return searched.includes(text) ? [] : [differs(path, { $contains: text }, actual)];
  },
  $matches(expression, actual, path) {
    const isMatch = typeof actual === 'string' && new RegExp(expression, 'u').test(actual);
    return isMatch ? [] : [differs(path, { $matches: expression }, actual)];
  },
  $not(pattern, actual, path) {
    return mismatches(pattern, actual, path).length > 0 ? [] : [differs(path, { $not: pattern }, actual)];
  },
};

function listMismatches(patterns, actual, path) {
  if (!Array.isArray(actual)) return [differs(path, patterns, actual)];
  const found = patterns.flatMap((pattern, index) => mismatches(pattern, actual[index], `${path}[${index}]`));
  if (actual.length === patterns.length) return found;
  return [`${path}: ${actual.length} entries instead of ${patterns.length}: ${show(actual)}`, ...found];
}

function objectMismatches(pattern, actual, path) {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return [differs(path, pattern, actual)];
  return Object.entries(pattern).flatMap(([key, value]) => mismatches(value, member(actual, key), `${path}.${key}`));
}

/** An error's fields may be getters of its class; of plain data only its own members count, or `__proto__` would. */
function member(object, key) {
  return object instanceof Error || Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Whether each pattern finds an element of its own, in any order. */
function canPair(patterns, elements) {
  const ownerOf = new Map();
  const place = (pattern, tried) =>
    elements.some((element, index) => {
      if (tried.has(index) || mismatches(pattern, element).length > 0) return false;
      tried.add(index);
      if (ownerOf.has(index) && !place(ownerOf.get(index), tried)) return false;
      ownerOf.set(index, pattern);
      return true;
    });
  return patterns.every((pattern) => place(pattern, new Set()));
}

function unlistedKeys(pattern, actual) {
  return Object.keys(actual).filter((key) => actual[key] !== undefined && !Object.hasOwn(pattern, key));
}

function isPlainObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equality that takes 0 and -0 for one number. */
function isSame(left, right) {
  return left === right || Object.is(left, right);
}

function differs(path, pattern, actual) {
  return `${path}: ${show(actual)} does not match ${show(pattern)}`;
}

/** A value as text, short enough for a test report. */
export function show(value) {
  const text = JSON.stringify(value, (_key, inner) => (inner instanceof Uint8Array ? `${inner.length} bytes` : inner));
  if (text === undefined) return String(value);
  return text.length > 800 ? `${text.slice(0, 800)}… (${text.length} characters)` : text;
}
