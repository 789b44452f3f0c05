import { failure } from '../../contract/error.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { Preset, PresetPrompts, PresetSave } from '../../contract/preset.ts';
import type { NodePrompts } from '../show-file.ts';
import type { StageSet } from '../stage-set.ts';
import { isTrigger } from '../entry.ts';
import { staysOut } from './recall.ts';

type Captured = Pick<Preset, 'values' | 'prompts'>;

/** What plays at an instant, as a preset keeps it. Throws where an address that was asked for cannot be kept. */
export function capture(stages: StageSet, { what, addresses }: PresetSave, atUs: number): Captured {
  const values =
    addresses !== undefined
      ? chosen(stages, addresses, atUs)
      : what === 'prompts'
        ? {}
        : everything(stages, atUs);
  return { values, prompts: what === 'values' ? null : promptsOf(stages) };
}

// Values that follow their default are kept as such, so that a recall takes back what was turned since.
function everything(stages: StageSet, atUs: number): Record<string, JsonValue> {
  const values: Record<string, JsonValue> = {};
  for (const stage of stages.all.values()) {
    for (const entry of stage.parameters) {
      if (entry.byHand !== null) values[entry.address] = entry.read(atUs);
      else if (!entry.spec.ui.load) values[entry.address] = null;
    }
    if (stage.mode.byHand !== null) values[stage.mode.address] = stage.mode.byHand;
  }
  return values;
}

function chosen(
  { directory }: StageSet,
  addresses: readonly string[],
  atUs: number,
): Record<string, JsonValue> {
  const values: Record<string, JsonValue> = {};
  for (const address of addresses) {
    const entry = directory.find(address);
    if (entry === null) {
      const { message, details } = directory.unknown(address).report;
      throw failure('E_ADDRESS_UNKNOWN', message, details);
    }
    if (isTrigger(entry) || staysOut(entry.address))
      throw failure('E_PRESET_ADDRESS', `${entry.address} has no value that a preset could keep`, {
        address: entry.address,
      });
    values[entry.address] = entry.read(atUs);
  }
  return values;
}

function promptsOf(stages: StageSet): PresetPrompts {
  const house = stages.house.kept();
  const same = JSON.stringify(house);
  const nodes: Record<string, NodePrompts> = {};
  for (const scope of stages.scopes()) {
    const own = scope.kept();
    if (scope.node !== null && JSON.stringify(own) !== same) nodes[scope.node] = own;
  }
  return { house, nodes };
}
