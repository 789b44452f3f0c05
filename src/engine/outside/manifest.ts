import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { failure, reportOf } from '../../contract/error.ts';
import type { Candidate } from './candidate.ts';

/** In `keywords` of a package.json it says that the package holds pipelines. */
const KEYWORD = 'reverie-pipeline';
/** What npm accepts as a package.json is far below it; nothing larger is read into the daemon. */
const MAX_BYTES = 256 * 1024;

/** Only what is read here; whatever else a package.json says is npm's business. */
const manifestSchema = z.looseObject({
  name: z.string().catch(''),
  keywords: z.array(z.unknown()).catch([]),
  exports: z.json().optional(),
  main: z.string().optional().catch(undefined),
  reverie: z.looseObject({ pipelines: z.union([z.string(), z.array(z.string()).min(1)]) }).optional(),
});
type Manifest = z.infer<typeof manifestSchema>;

/** The pipelines of the package in `folder`: none where it is something else, one with the reason where it is broken. */
export async function packageIn(folder: string): Promise<readonly Candidate[]> {
  const text = await readManifest(join(folder, 'package.json'));
  if (text === null || !text.includes(KEYWORD)) return [];
  let label = folder;
  try {
    const parsed: unknown = JSON.parse(text);
    label = z.looseObject({ name: z.string() }).safeParse(parsed).data?.name ?? folder;
    const manifest = manifestSchema.safeParse(parsed);
    if (!manifest.success) throw new TypeError(z.prettifyError(manifest.error));
    if (!manifest.data.keywords.includes(KEYWORD)) return [];
    // One that is linked into two places is one.
    const root = await realpath(folder);
    const entries = await Promise.all(entriesOf(manifest.data).map((entry) => moduleOf(root, entry)));
    const several = entries.length > 1;
    return entries.map(({ module, name }) => ({
      origin: 'package',
      label: several ? `${label}#${name}` : label,
      from: folder,
      module,
    }));
  } catch (error) {
    return [{ origin: 'package', label, from: folder, module: reportOf(error, 'E_PIPELINE_PACKAGE') }];
  }
}

async function readManifest(path: string): Promise<string | null> {
  try {
    return (await stat(path)).size > MAX_BYTES ? null : await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

function entriesOf({ reverie, exports, main }: Manifest): readonly string[] {
  if (reverie !== undefined) return [reverie.pipelines].flat();
  return [exportedFile(exports) ?? main ?? './index.js'];
}

/** What `import` of the package's bare name would load (Node.js, Packages, "Conditional exports"). */
function exportedFile(exports: unknown): string | null {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return null;
  if ('.' in exports) return exportedFile(exports['.']);
  for (const [condition, target] of Object.entries(exports)) {
    if (!['import', 'node', 'module-sync', 'default'].includes(condition)) continue;
    const file = exportedFile(target);
    if (file !== null) return file;
  }
  return null;
}

async function moduleOf(folder: string, entry: string): Promise<{ module: string; name: string }> {
  const [path = '', name = 'default'] = entry.split('#');
  const base = pathToFileURL(`${folder}/`);
  const url = new URL(path, base);
  if (!url.href.startsWith(base.href))
    throw failure('E_PIPELINE_PACKAGE', `"${entry}" lies outside the package`);
  const isFile = await stat(url).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw failure('E_PIPELINE_PACKAGE', `"${entry}" is not a file of the package`);
  return { module: `${url.href}#${name}`, name };
}
