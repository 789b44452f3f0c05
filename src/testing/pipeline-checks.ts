import assert from 'node:assert/strict';
import type { Mode } from '../contract/call.ts';
import { descriptorProblem } from '../contract/descriptor.ts';
import type { Size } from '../contract/frame.ts';
import { parametersOf, type ParameterSpec } from '../contract/parameter.ts';
import { describePipeline, z, type PipelineDefinition } from '../contract/pipeline.ts';
import type { PromptMix } from '../contract/prompt.ts';
import { Rehearsal, type PlayedCall, type Values } from './rehearsal.ts';
import { rowsUnwritten } from './residue.ts';
import { extremes, hardPrompts, prompted, smallValues } from './trial-values.ts';

/** One thing that a pipeline must do, in words its author would nod to. Throws where it does not. */
export interface PipelineCheck {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

const input: Size = { width: 96, height: 64 };

/** What the descriptor must be, for panels, controllers and documents to be made from it. */
export function descriptionChecks(definition: PipelineDefinition): readonly PipelineCheck[] {
  return [
    { name: 'is described: id, name, version, words', run: () => checkWords(definition) },
    { name: 'has parameters that survive JSON Schema', run: () => checkSchema(definition) },
    {
      name: 'names and explains every parameter, without words that stages already have',
      run: () => checkParameters(definition),
    },
    { name: 'has one default mode, whose values fit its parameters', run: () => checkModes(definition) },
  ];
}

/** What it must bear while it plays. */
export function playingChecks(definition: PipelineDefinition): readonly PipelineCheck[] {
  const specs = parametersOf(describePipeline(definition).schema);
  const modes = modesOf(definition);
  const first = modes[0] ?? 'video';
  const small = smallValues(specs);
  /** Loads it, plays and disposes of it, whatever happens. */
  const played = (values: Values, play: (stage: Rehearsal) => Promise<void>) => async (): Promise<void> => {
    const stage = await Rehearsal.load(await definition.load(), values);
    try {
      await play(stage);
    } finally {
      await stage.close();
    }
  };
  const perMode = modes.flatMap((mode): PipelineCheck[] => [
    {
      name: `${mode} mode writes every row of every frame, in one size while nothing changes`,
      run: played(small, (stage) => checkSteady(stage, mode)),
    },
    {
      name: `${mode} mode plays every parameter at its ends`,
      run: played(small, (stage) => checkExtremes(stage, mode, specs)),
    },
    { name: `${mode} mode takes any prompt`, run: played(small, (stage) => checkPrompts(stage, mode)) },
  ]);
  const fixed = specs.filter((spec) => spec.ui.load && spec.choices !== null);
  const variants = fixed.flatMap((spec) =>
    (spec.choices ?? []).map((choice) => ({ ...small, [spec.key]: choice })),
  );
  return [
    ...perMode,
    {
      name: 'takes input of any size, from one call to the next',
      run: played(small, (stage) => checkSizes(stage, modes.includes('video') ? 'video' : 'text')),
    },
    {
      name: 'changes its mode back and forth',
      run: played(small, async (stage) => {
        for (const mode of [...modes, ...modes]) assertWhole(await stage.call(mode, {}, input), mode);
      }),
    },
    ...(variants.length > 0 ? variants : [small]).map((values, index) => ({
      name: `is loaded and disposed of, variant ${index + 1}`,
      run: played(values, async (stage) => assertWhole(await stage.call(first, {}, input), 'the first call')),
    })),
  ];
}

/** Runs every check; throws one error that lists all that failed. */
export async function checkPipeline(definition: PipelineDefinition): Promise<void> {
  const faults: Error[] = [];
  for (const { name, run } of [...descriptionChecks(definition), ...playingChecks(definition)]) {
    try {
      await run();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      faults.push(new Error(`${name}: ${words}`, { cause: error }));
    }
  }
  if (faults.length > 0)
    throw new AggregateError(
      faults,
      `${definition.id} does not ${faults.map(({ message }) => message).join('\n')}`,
    );
}

function modesOf(definition: PipelineDefinition): Mode[] {
  return (['text', 'video'] as const).filter((mode) => definition.modes[mode] !== undefined);
}

function checkWords({ id, name, version, description, usage }: PipelineDefinition): void {
  assert.match(id, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'the id');
  assert.ok(name.length > 1, 'the name is too short');
  assert.match(version, /^\d+\.\d+\.\d+/, 'the version');
  assert.ok(description.length > 20, 'the description says too little');
  assert.ok(usage.length > 0, 'it needs a usage');
}

function checkSchema(definition: PipelineDefinition): void {
  const descriptor = describePipeline(definition);
  assert.equal(descriptorProblem(descriptor), null);
  const copy: unknown = JSON.parse(JSON.stringify(descriptor));
  assert.deepEqual(copy, descriptor);
  const defaults = definition.params.parse({});
  assert.deepEqual(z.fromJSONSchema(descriptor.schema).parse({}), defaults);
  const specs = parametersOf(descriptor.schema);
  assert.deepEqual(specs.map(({ key }) => key).sort(), Object.keys(definition.params.shape).sort());
  for (const spec of specs.filter(({ type }) => type !== 'trigger'))
    assert.deepEqual(spec.default, defaults[spec.key], `default of ${spec.key}`);
}

function checkParameters(definition: PipelineDefinition): void {
  const specs = parametersOf(describePipeline(definition).schema);
  for (const { key, description, ui, type, minimum, maximum } of specs) {
    assert.ok(description.length > 5, `${key} needs a description: .describe('…')`);
    assert.ok(ui.label.length > 0, `${key} needs a label`);
    if (type === 'number' || type === 'integer')
      assert.ok(minimum !== null && maximum !== null, `${key} needs both bounds: .min(…).max(…)`);
    for (const mode of ui.modes ?? [])
      assert.ok(modesOf(definition).includes(mode), `${key} is for a mode that there is not`);
  }
  assert.equal(
    new Set(specs.map((spec) => spec.ui.label)).size,
    specs.length,
    'two parameters share a label',
  );
}

function checkModes(definition: PipelineDefinition): void {
  for (const mode of modesOf(definition)) {
    const result = definition.params.safeParse(definition.modes[mode]?.values ?? {});
    assert.ok(result.success, `values of ${mode} mode: ${result.error?.message ?? ''}`);
  }
  if (modesOf(definition).includes('video'))
    assert.ok('video' in definition.inputs, 'video mode needs an input');
}

async function checkSteady(stage: Rehearsal, mode: Mode): Promise<void> {
  const sizes = new Set<string>();
  for (let n = 0; n < 3; n += 1) {
    const call = await stage.call(mode, {}, input, prompted('autumn forest'));
    assertWhole(call, `call ${n + 1}`);
    for (const { width, height } of call.outputs) sizes.add(`${width}×${height}`);
  }
  assert.equal(sizes.size, 1, `its frames had the sizes ${[...sizes].join(', ')}`);
}

async function checkExtremes(stage: Rehearsal, mode: Mode, specs: readonly ParameterSpec[]): Promise<void> {
  const playable = specs.filter((spec) => !spec.ui.load);
  for (const spec of playable) {
    for (const value of extremes(spec)) {
      const call = await stage.call(mode, { [spec.key]: value }, input);
      assertWhole(call, `${spec.key} at ${JSON.stringify(value)}`);
    }
  }
  for (const end of [0, -1]) {
    const all = playable.flatMap((spec) =>
      extremes(spec)
        .slice(end, end === 0 ? 1 : undefined)
        .map((value) => [spec.key, value] as const),
    );
    assertWhole(await stage.call(mode, Object.fromEntries(all), input, prompted('chrome')), 'all at an end');
  }
}

async function checkPrompts(stage: Rehearsal, mode: Mode): Promise<void> {
  for (const [name, prompt] of Object.entries<PromptMix>(hardPrompts))
    assertWhole(await stage.call(mode, {}, input, prompt), `a prompt: ${name}`);
}

async function checkSizes(stage: Rehearsal, mode: Mode): Promise<void> {
  const sizes = [{ width: 1, height: 1 }, { width: 333, height: 77 }, { width: 16, height: 500 }, input];
  for (const size of sizes)
    assertWhole(await stage.call(mode, {}, size), `input of ${size.width}×${size.height}`);
}

function assertWhole({ outputs }: PlayedCall, what: string): void {
  assert.ok(outputs.length > 0, `${what} made no frame`);
  for (const frame of outputs) {
    const rows = rowsUnwritten(frame.data, frame);
    assert.equal(rows, 0, `${what} left ${rows} rows of its frame unwritten`);
  }
}
