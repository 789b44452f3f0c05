import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

interface Dependency {
  readonly module: string;
  readonly resolved: string;
  readonly dependencyTypes: readonly string[];
  readonly dynamic: boolean;
}

interface Module {
  readonly source: string;
  readonly dependencies: readonly Dependency[];
}

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

export interface Layers {
  readonly modules: readonly Module[];
  readonly violations: readonly Violation[];
}

/** What dependency-cruiser says of a tree under the house's rules. */
export function cruise(tree: string): Layers {
  const words = [
    '--config',
    join(root, '.dependency-cruiser.cjs'),
    '--output-type',
    'json',
    'src',
    'adapters',
    'pipelines',
    'panel/src',
  ];
  const tool = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [tool, ...words], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stdout === '') throw new Error(`dependency-cruiser said nothing but: ${stderr}`);
  const report = JSON.parse(stdout) as { modules: Module[]; summary: { violations: Violation[] } };
  return { modules: report.modules, violations: report.summary.violations };
}

/** Every file and package that running one file loads: static imports of values, and theirs. */
export function loadedBy(source: string, { modules }: Layers): Set<string> {
  const bySource = new Map(modules.map((module) => [module.source, module]));
  const loaded = new Set<string>();
  const waiting = [source];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (loaded.has(next)) continue;
    loaded.add(next);
    const values = bySource
      .get(next)
      ?.dependencies.filter(
        ({ dynamic, dependencyTypes }) => !dynamic && !dependencyTypes.includes('type-only'),
      );
    waiting.push(...(values ?? []).map(({ resolved }) => resolved));
  }
  return loaded;
}
