import { z } from 'zod';
import type { Command, ParameterState } from '../../contract/command.ts';
import type { JsonObject } from '../../contract/json.ts';
import { modulationSchema, type Modulation } from '../../contract/modulation.ts';

const config = z.looseObject({
  enabled: z.boolean().default(true),
  shape: z.enum(['sine', 'cosine', 'triangle', 'saw', 'square', 'exp_decay']).default('cosine'),
  depth: z.number().min(0).max(1).default(0.3),
  rate: z.enum(['half_beat', 'beat', '2_beat', 'bar', '2_bar', '4_bar']).default('bar'),
});

type Config = z.infer<typeof config>;

/** What a client's whole map of waves is read against. */
interface Ground {
  /** Parameters that a key means: of every stage that has it. */
  parametersOf(key: string): readonly ParameterState[];
  readonly beatsPerBar: number;
}

export interface ReadModulations {
  readonly commands: readonly Command[];
  /** Addresses that have a wave of this client now. */
  readonly addresses: readonly string[];
  /** Keys whose wave could not be read. */
  readonly unread: readonly string[];
}

/**
 * A client sends all of its waves each time; those it had and names no more go. Scope counts depth in the parameter's own
 * units to either side, so it is made a share of the range here.
 */
export function readModulations(map: JsonObject, before: readonly string[], ground: Ground): ReadModulations {
  const commands: Command[] = [];
  const addresses: string[] = [];
  const unread: string[] = [];
  for (const [key, given] of Object.entries(map)) {
    const parsed = config.safeParse(given);
    const parameters = parsed.success ? ground.parametersOf(key) : [];
    if (!parsed.success || parameters.length === 0) {
      unread.push(key);
      continue;
    }
    for (const parameter of parameters) {
      const modulation = modulationOf(parsed.data, parameter, ground.beatsPerBar);
      addresses.push(parameter.address);
      commands.push({ kind: 'modulate', address: parameter.address, modulation });
    }
  }
  const gone = before.filter((address) => !addresses.includes(address));
  return {
    commands: [
      ...gone.map((address): Command => ({ kind: 'modulate', address, modulation: null })),
      ...commands,
    ],
    addresses,
    unread,
  };
}

function modulationOf(
  { enabled, shape, depth, rate }: Config,
  { minimum, maximum }: ParameterState,
  beatsPerBar: number,
): Modulation {
  const range = (maximum ?? 1) - (minimum ?? 0);
  const isPulse = shape === 'exp_decay';
  const share = range > 0 ? depth / range : 0;
  return modulationSchema.parse({
    enabled,
    shape: isPulse ? 'exponential' : shape === 'cosine' ? 'sine' : shape,
    phase: shape === 'cosine' ? 0.25 : 0,
    beats: beatsOf(rate, beatsPerBar),
    polarity: isPulse ? 'unipolar' : 'bipolar',
    depth: Math.min(1, isPulse ? share : 2 * share),
  });
}

function beatsOf(rate: Config['rate'], beatsPerBar: number): number {
  switch (rate) {
    case 'half_beat':
      return 0.5;
    case 'beat':
      return 1;
    case '2_beat':
      return 2;
    case 'bar':
      return beatsPerBar;
    case '2_bar':
      return 2 * beatsPerBar;
    case '4_bar':
      return 4 * beatsPerBar;
  }
}
