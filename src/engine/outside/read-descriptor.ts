import { z } from 'zod';
import { descriptorProblem, descriptorSchema } from '../../contract/descriptor.ts';
import { failure, reportOf, type ErrorReport } from '../../contract/error.ts';
import type { PipelineDescriptor } from '../../contract/pipeline.ts';
import { SilentChildError, spawnRead } from '../child-read.ts';

/** An import takes a third of a second; a machine that is full makes that seconds. */
const LIMIT_MS = 10_000;
/** What a panel and a controller can still show; beyond it, reading the answer would hold up the daemon. */
const MAX_PARAMETERS = 256;

const report = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
  details: z.record(z.string(), z.json()).nullable(),
});
const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), descriptor: z.unknown() }),
  z.object({ ok: z.literal(false), error: report }),
]);

export type Reading = { readonly descriptor: PipelineDescriptor } | { readonly error: ErrorReport };

/** Has a throw-away child of `entry` import a module and say what it describes. Whatever goes wrong there is an answer. */
export async function readDescriptor(entry: string, module: string): Promise<Reading> {
  try {
    const told = await askChild(entry, module);
    const shape = descriptorSchema.safeParse(told);
    if (!shape.success) throw failure('E_PIPELINE_DESCRIPTOR', z.prettifyError(shape.error));
    const count = Object.keys(shape.data.schema['properties'] ?? {}).length;
    const problem =
      count > MAX_PARAMETERS
        ? `it has ${count} parameters; ${MAX_PARAMETERS} can be shown`
        : descriptorProblem(shape.data);
    if (problem !== null) throw failure('E_PIPELINE_DESCRIPTOR', problem);
    return { descriptor: shape.data };
  } catch (error) {
    if (error instanceof SilentChildError)
      return {
        error: reportOf(failure('E_PIPELINE_IMPORT_HUNG', `Its import did not end: ${error.message}`)),
      };
    return { error: reportOf(error, 'E_PIPELINE_IMPORT') };
  }
}

/** The descriptor as JSON, not checked yet. Throws what the child ran into, as data. */
export async function askChild(entry: string, module: string): Promise<unknown> {
  const told = answer.safeParse(await spawnRead(entry, ['describe', module], LIMIT_MS)).data;
  if (told === undefined) throw new TypeError('Its import sent messages of its own');
  if (told.ok) return told.descriptor;
  const { code, message, details } = told.error;
  throw failure(code === 'E_PIPELINE_DESCRIPTOR' ? code : 'E_PIPELINE_IMPORT', message, details);
}
