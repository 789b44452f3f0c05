import type { App } from '../dependencies.ts';

/** The page of the output lets itself in with the token in its link, and must be there before it can: it tells nothing by itself. */
const open = { open: true };
const hidden = { hide: true };

/** Pages for OBS, TouchDesigner and whatever else shows web pages: the picture alone, and a narrow panel. */
export function obsPages(app: App): void {
  for (const [url, file] of [
    ['/obs/output', 'output.html'],
    ['/obs/output.js', 'output.js'],
    ['/obs/output.css', 'output.css'],
  ] as const)
    app.get(url, { config: open, schema: hidden }, (_request, reply) => reply.sendFile(`obs/${file}`));
  app.get('/obs/dock', { schema: hidden }, (_request, reply) => reply.sendFile('obs/dock.html'));
}
