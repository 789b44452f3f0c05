import type { Mode } from '../../src/contract/call.ts';
import type { Size } from '../../src/contract/frame.ts';
import type { JsonValue } from '../../src/contract/json.ts';
import type { Call, LoadContext, Pipeline } from '../../src/contract/pipeline.ts';
import { openSession, type Session } from '../../src/inference/session.ts';
import { buildPremix, buildWaves, gridOf } from './graph/build.ts';
import { Player, type PlayerParts } from './player.ts';
import { embed } from './scene/embed.ts';
import { readLoadSettings, readSettings } from './settings.ts';
import { bakeWarp } from './tables/fields.ts';
import { loadBackdrops, loadFields, loadPicture } from './tables/bake.ts';

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
      for (const session of [parts.premix, parts.waves, parts.picture.text, parts.picture.video])
        await session.close();
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
  const bakery = { folder: context.cacheDir, log: context.log };
  context.busy('drawing tables', 30_000);
  const fields = await loadFields(bakery);
  const backdrops = await loadBackdrops(bakery, size);
  const options = { providers: context.providers, log: context.log, busy: context.busy };
  const fieldStep = fieldSteps[quality] ?? 2;
  const grid = gridOf({ ...size, fieldStep });
  const open = async (mode: Mode): Promise<Session> =>
    openSession(await loadPicture(bakery, { ...size, fieldStep, mode }), options);
  const premix = await openSession(buildPremix(), options);
  const waves = await openSession(buildWaves(grid), options);
  const picture = { text: await open('text'), video: await open('video') };
  return { size, grid, fields, noise: bakeWarp(), backdrops, encode: embed, premix, waves, picture };
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
