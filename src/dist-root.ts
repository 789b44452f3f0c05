/** `dist/`, also where the daemon itself runs from source: children always run compiled, since a forked `.ts` child needs a loader. */
export function distRoot(): URL {
  return import.meta.url.endsWith('.js')
    ? new URL('../', import.meta.url)
    : new URL('../dist/', import.meta.url);
}

/** Where package.json, `panel/` and `templates/` lie. */
export function packageRoot(): URL {
  return new URL('../', distRoot());
}
