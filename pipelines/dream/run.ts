import type { Mode } from '../../src/contract/call.ts';
import type { Size } from '../../src/contract/frame.ts';
import type { JsonValue } from '../../src/contract/json.ts';
import type { Call, LoadContext, Pipeline } from '../../src/contract/pipeline.ts';
import { openSession, type Session } from '../../src/inference/session.ts';
import { buildStructure, gridOf } from './graph/build.ts';
import { Player, type PlayerParts } from './player.ts';
import { embed } from './scene/embed.ts';
import { readLoadSettings, readSettings } from './settings.ts';
import { bakeWarp } from './tables/fields.ts';
import { openBakery } from './tables/bake.ts';

/** Pixels of the picture per pixel of the structure fields. Colour, actors and lettering are always at full resolution. */
const fieldSteps: Readonly<Record<string, number>> = { draft: 3.5, standard: 2.5, high: 1.5 };

export async function load(
  context: LoadContext,
  values: Readonly<Record<string, JsonValue>>,
): Promise<Pipeline> {
  const parts = await loadParts(context, values);
  const player = new Player(parts);
  return {
    process: (call) => play(player, parts.size, call),
    dispose: async () => {
      for (const session of [parts.structure.text, parts.structure.video]) await session.close();
    },
  };
}

/** Tables and sessions of one size and quality. Both modes are opened, so that switching is a matter of the call. */
export async function loadParts(
  context: Pick<LoadContext, 'cacheDir' | 'providers' | 'log' | 'busy'>,
  values: Readonly<Record<string, JsonValue>>,
): Promise<PlayerParts> {
  const { width, height, quality } = readLoadSettings(values);
  const size: Size = { width, height };
  context.busy('drawing tables', 30_000);
  const bakery = openBakery(context.cacheDir, context.log);
  const options = { providers: context.providers, log: context.log, busy: context.busy };
  const grid = gridOf(size, fieldSteps[quality] ?? 2.5);
  const open = (mode: Mode): Promise<Session> => openSession(buildStructure(grid, mode), options);
  return {
    size,
    grid,
    fields: bakery.field,
    noise: bakeWarp(),
    backdrops: bakery.backdrops(size),
    encode: embed,
    structure: { text: await open('text'), video: await open('video') },
  };
}

async function play(player: Player, size: Size, call: Call): Promise<void> {
  const { data } = await call.output(size);
  await player.render({
    prompt: call.prompt,
    settings: readSettings(call.values),
    mode: call.mode,
    timeUs: call.timeUs,
    pulses: call.triggers['pulse'] ?? 0,
    source: call.frames.at(-1) ?? null,
    out: data,
  });
}
