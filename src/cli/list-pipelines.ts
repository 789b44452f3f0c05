import type { CatalogEntry } from '../contract/hardware.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';
import { placesOf, shippedCatalog } from '../open-catalog.ts';
import type { Options } from '../options.ts';
import type { Terminal } from './terminal.ts';

/** `reverie pipelines`: what can be played and where it comes from, and what was found and cannot, with the remedy. */
export async function listPipelines(options: Options, terminal: Terminal): Promise<void> {
  const catalog = shippedCatalog();
  await catalog.scan(placesOf(options));
  await catalog.settled();
  for (const entry of catalog.entries()) for (const line of entryLines(entry, terminal)) terminal.print(line);
}

export function entryLines(entry: CatalogEntry, terminal: Terminal): string[] {
  const from = entry.from === null ? [] : [terminal.faint(`  from ${entry.from}`)];
  if (entry.available) return [...pipelineLines(entry.descriptor, terminal), ...from];
  const { code, message, remedy } = entry.error;
  return [
    `${terminal.strong(entry.id)}  not to be used: ${code}: ${message}`,
    ...(remedy === null ? [] : [`  ${remedy}`]),
    ...from,
  ];
}

function pipelineLines(pipeline: PipelineDescriptor, terminal: Terminal): string[] {
  const modes = Object.keys(pipeline.modes).join(', ');
  const memory =
    pipeline.estimatedVramGb === null
      ? 'no GPU needed'
      : `about ${pipeline.estimatedVramGb} GB of GPU memory`;
  const prompts = pipeline.supports.prompts ? 'plays prompts' : 'no prompts';
  return [
    `${terminal.strong(pipeline.id)}  ${pipeline.name} ${pipeline.version}`,
    `  ${pipeline.description}`,
    terminal.faint(`  ${[modes, prompts, memory].join(' · ')}`),
  ];
}
