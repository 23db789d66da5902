/** The settings page's document: an empty body that the page's own script fills, under the strictest policy that lets it. */

/** What the document refers to. */
export interface SettingsPageParts {
  /** Lets this document's one script run; new for every document, of base64 letters. */
  nonce: string;
  /** The webview's own origin, as the editor's `Webview.cspSource` gives it. */
  source: string;
  /** The address of `dist/webview.js`. */
  script: string;
  /** The address of `dist/webview.css`. */
  style: string;
  /** The editor's language, such as `en` or `zh-cn`. */
  language: string;
  /** The name of the document. */
  title: string;
}

/**
 * The document of the settings page.
 *
 * Neither inline styles nor any connection is allowed: the elements' styles are constructed style sheets, positions are set
 * through the style object, icons are part of the script, and only the extension talks to the network.
 */
export function settingsPage(parts: SettingsPageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${parts.nonce}'`,
    `style-src ${parts.source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(parts.title)}</title>
<link rel="stylesheet" href="${attribute(parts.style)}">
</head>
<body>
<script nonce="${attribute(parts.nonce)}" src="${attribute(parts.script)}"></script>
</body>
</html>
`;
}

/** Text that is safe between double quotes and between tags. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
