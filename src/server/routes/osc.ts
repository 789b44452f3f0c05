import { z } from 'zod';
import { oscLine, type OscLine } from '../../contract/osc-lines.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { oscCss, oscHtml, oscScript } from '../osc-page.ts';
import { errorReport, refused } from '../schema/error.ts';

const line: z.ZodType<OscLine> = z
  .object({
    address: z.string(),
    takes: z.string().describe('What it takes, in words'),
    description: z.string(),
    oscsend: z.string().describe('To copy into a shell'),
    touchDesigner: z.string().describe('To copy into a script, with an OSC Out DAT called oscout1'),
    channel: z.string().nullable().describe('Name of a channel of an OSC Out CHOP'),
    python: z.string().describe('To copy, with a SimpleUDPClient of python-osc called reverie'),
  })
  .meta({ id: 'OscLine' });

const oscState = z
  .object({
    listening: z.string().nullable().describe('host:port of UDP; null while OSC does not listen'),
    oscQuery: z.object({
      url: z.string().nullable().describe('null while OSCQuery does not answer'),
      error: errorReport.nullable().describe('Why it does not, where it should'),
    }),
    addresses: z.array(line).readonly(),
  })
  .meta({ id: 'Osc' });

const DEFAULT = '127.0.0.1:8000';

/** What OSC plays, as data and as a page to read. */
export function oscRoute(app: App, deps: ServerDependencies): void {
  const schema = {
    tags: ['parameters'],
    summary: 'Every OSC address of the show, with lines to copy for oscsend, TouchDesigner and Python',
    response: { 200: oscState, ...refused },
  };
  app.get('/osc', { schema }, () => {
    const { listening, oscQuery } = deps.osc();
    return { listening, oscQuery, addresses: linesOf(deps, listening ?? DEFAULT) };
  });
}

export function oscPage(app: App, deps: ServerDependencies): void {
  const page = (): string => {
    const heardAt = deps.osc().listening ?? DEFAULT;
    return oscHtml(linesOf(deps, heardAt), heardAt);
  };
  const files = [
    ['/osc', 'text/html; charset=utf-8', page],
    ['/osc.css', 'text/css; charset=utf-8', () => oscCss],
    ['/osc.js', 'text/javascript; charset=utf-8', () => oscScript],
  ] as const;
  for (const [url, type, content] of files) {
    app.get(url, { schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(content()),
    );
  }
}

/** Heard on all addresses of the machine, a line is still written for this one. */
function linesOf({ show }: ServerDependencies, heardAt: string): OscLine[] {
  const colon = heardAt.lastIndexOf(':');
  const host = heardAt.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const to = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return show
    .parameters()
    .filter(({ readOnly }) => readOnly !== true)
    .map((parameter) =>
      oscLine({ ...parameter, unit: parameter.ui.unit }, to, Number(heardAt.slice(colon + 1))),
    );
}
