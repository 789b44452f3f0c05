import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the folders that hold an `index.ts`, sorted. The name of the folder is the id. */
export function moduleFolders(parent: string): string[] {
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map((entry) => entry.name)
    .filter((name) => statSync(join(parent, name, 'index.ts'), { throwIfNoEntry: false }) !== undefined)
    .sort();
}

/** Source text of the list of what is installed. Throws where an id is unusable or used twice. */
export function registry(adapters: readonly string[], pipelines: readonly string[]): string {
  checkIds([...adapters, ...pipelines]);
  return [
    '// Generated from the folders of adapters/ and pipelines/ by `npm run generate`. Do not edit.',
    ...adapters.map((id) => `import ${nameOf(id)} from '../adapters/${id}/index.ts';`),
    ...pipelines.map((id) => `import ${nameOf(id)} from '../pipelines/${id}/index.ts';`),
    `import type { AdapterDefinition } from './contract/adapter.ts';`,
    `import type { PipelineDefinition } from './contract/pipeline.ts';`,
    '',
    `export const adapters: readonly AdapterDefinition[] = [${adapters.map(nameOf).join(', ')}];`,
    '',
    `export const pipelines: readonly PipelineDefinition[] = [${pipelines.map(nameOf).join(', ')}];`,
    '',
  ].join('\n');
}

function checkIds(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
      throw new Error(`"${id}" is no id: lower-case words joined by dashes`);
    // One name for an adapter and a pipeline would make "reverie --in x --pipeline x" a riddle.
    if (seen.has(id)) throw new Error(`"${id}" is the id of two folders`);
    seen.add(id);
  }
}

function nameOf(id: string): string {
  return id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
