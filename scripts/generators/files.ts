import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { errorsPage } from './errors-page.ts';
import { optionsPage } from './options-page.ts';
import { registry, moduleFolders } from './registry.ts';

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Every file that is made from the code, as it should be now. Formatted, so that the format check has nothing to say. */
export async function generatedFiles(root: string): Promise<GeneratedFile[]> {
  const adapters = moduleFolders(join(root, 'adapters'));
  const pipelines = moduleFolders(join(root, 'pipelines'));
  const files = [
    { path: 'src/installed.generated.ts', text: registry(adapters, pipelines) },
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/options.md', text: optionsPage() },
  ];
  const style = await resolveConfig(join(root, 'package.json'));
  return Promise.all(files.map(async ({ path, text }) => ({ path, text: await format(text, { ...style, filepath: path }) })));
}
