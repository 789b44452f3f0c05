import type { PipelineDescriptor } from '../contract/pipeline.ts';
import { describePipeline } from '../contract/pipeline.ts';
import { pipelines } from '../installed.generated.ts';
import type { Options } from '../options.ts';
import type { Terminal } from './terminal.ts';

/** `reverie pipelines`: what is installed. What `--pipeline-import` adds is named; the daemon reads it in a process of its own. */
export function listPipelines(options: Options, terminal: Terminal): void {
  for (const definition of pipelines) {
    for (const line of pipelineLines(describePipeline(definition), terminal)) terminal.print(line);
  }
  for (const path of options.pipelineImport) terminal.print(`${path}  is read when the daemon starts`);
}

export function pipelineLines(pipeline: PipelineDescriptor, terminal: Terminal): string[] {
  const modes = Object.keys(pipeline.modes).join(', ');
  const memory =
    pipeline.estimatedVramGb === null
      ? 'no GPU needed'
      : `about ${pipeline.estimatedVramGb} GB of GPU memory`;
  const prompts = pipeline.supports.prompts ? 'plays prompts' : 'no prompts';
  return [
    `${terminal.strong(pipeline.id)}  ${pipeline.name} ${pipeline.version}`,
    `  ${pipeline.description}`,
    terminal.faint(`  ${[modes === '' ? 'no modes' : modes, prompts, memory].join(' · ')}`),
  ];
}
