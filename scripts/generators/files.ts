import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { socketSchema } from '../../src/server/socket/schema.ts';
import { errorsPage } from './errors-page.ts';
import { optionsPage } from './options-page.ts';
import { oscPage } from './osc-page.ts';
import { moduleFolders, registry } from './registry.ts';
import { shippedParameters } from './shipped-show.ts';

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Every file that is made from the code, as it should be now. */
export async function generatedFiles(root: string): Promise<GeneratedFile[]> {
  const adapters = moduleFolders(join(root, 'adapters'));
  const pipelines = moduleFolders(join(root, 'pipelines'));
  const files = [
    { path: 'src/installed.generated.ts', text: registry(adapters, pipelines) },
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/options.md', text: optionsPage() },
    { path: 'docs/reference/osc.md', text: oscPage(await shippedParameters()) },
    {
      path: 'docs/reference/websocket.schema.json',
      text: JSON.stringify(await socketSchema()),
    },
  ];
  return Promise.all(
    files.map(async ({ path, text }) => ({ path, text: await formatted(root, path, text) })),
  );
}

// Pages stay as written: aligning a table's columns would make every row new with each longer entry.
async function formatted(root: string, path: string, text: string): Promise<string> {
  if (path.endsWith('.md')) return text;
  return format(text, { ...(await resolveConfig(join(root, 'package.json'))), filepath: path });
}
