/** Style sheets are imported for the bundler: they become dist/webview.css. */
declare module '*.css';
