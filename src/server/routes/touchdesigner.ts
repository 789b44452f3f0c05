import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { installLine, installerPath } from '../../contract/touchdesigner.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { refused } from '../schema/error.ts';

/** The installer of the TouchDesigner component, whole: what it builds from is in it, so that one request brings one version. */
export function touchDesignerRoute(app: App, { packageDir, version }: ServerDependencies): void {
  app.get(
    installerPath,
    {
      schema: {
        tags: ['touchdesigner'],
        summary:
          'Python that builds the TouchDesigner component; `reverie touchdesigner` prints the line to paste',
        response: {
          200: {
            description: 'The installer with every file of the component, for the address it was asked under',
            content: { 'text/x-python': { schema: { type: 'string' } } },
          },
          ...refused,
        },
      },
    },
    async (request, reply) =>
      reply
        .type('text/x-python; charset=utf-8')
        .header('cache-control', 'no-cache')
        // The guard has checked that Host is a name or address and a port, and nothing more.
        .send(await installer(packageDir, `${request.protocol}://${request.host}`, version)),
  );
}

/** What the panel shows to copy. */
export function touchDesignerLine(app: App): void {
  app.get(
    '/touchdesigner',
    {
      schema: {
        tags: ['touchdesigner'],
        summary: "The line for TouchDesigner's Textport",
        response: { 200: z.object({ line: z.string() }).meta({ id: 'TouchDesigner' }), ...refused },
      },
    },
    (request) => ({ line: installLine(`${request.protocol}://${request.host}`) }),
  );
}

async function installer(packageDir: string, url: string, version: string): Promise<string> {
  const folder = join(packageDir, 'touchdesigner');
  const parts = (await readdir(join(folder, 'component'))).filter((name) => name.endsWith('.py')).sort();
  const paths = [
    ...parts.map((name) => join(folder, 'component', name)),
    join(packageDir, 'clients', 'python', 'reverie_shm.py'),
  ];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  // A JSON string is a Python string of the same text.
  const files = paths.map(
    (path, index) => `    ${JSON.stringify(basename(path, '.py'))}: ${JSON.stringify(texts[index])},\n`,
  );
  const builder = await readFile(join(folder, 'install.py'), 'utf8');
  return `${builder}\n\nFILES = {\n${files.join('')}}\n\ninstall(${JSON.stringify(url)}, ${JSON.stringify(version)}, FILES)\n`;
}
