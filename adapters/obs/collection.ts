import type { ObsCollection, ObsInput, ObsScene } from '../../src/contract/obs.ts';
import { ReverieError } from '../../src/contract/error.ts';
import type { JsonValue } from '../../src/contract/json.ts';
import type { Connection } from './connection.ts';
import { isTrueAt, listAt, textAt } from './reading.ts';

/** No collection that a person can work with has more; a server that claims so is not followed. */
const MOST_SCENES = 500;
const MOST_INPUTS = 1_000;
/** Requests on their way at once. */
const AT_ONCE = 32;

type Line = Pick<Connection, 'call'>;

export const noCollection: ObsCollection = { scenes: [], inputs: [], filters: {} };

/** Scenes with their sources, inputs and filters, as they are now. */
export async function readCollection(line: Line): Promise<ObsCollection> {
  const [sceneList, inputList] = await Promise.all([line.call('GetSceneList'), line.call('GetInputList')]);
  // OBS counts its list from the bottom.
  const names = namesAt(sceneList, 'scenes', 'sceneName').slice(-MOST_SCENES).reverse();
  const scenes = await inTurns(names, (name) => readScene(line, name));
  const inputs = await inTurns(listAt(inputList, 'inputs').slice(0, MOST_INPUTS), (input) =>
    readInput(line, input),
  );
  const known = inputs.filter((input) => input !== null);
  const owners = [...new Set([...names, ...known.map(({ name }) => name)])];
  const filters = await inTurns(owners, (owner) => filtersOf(line, owner));
  const found = owners.map((owner, index) => [owner, filters[index] ?? []] as const);
  return {
    scenes,
    inputs: known,
    filters: Object.fromEntries(found.filter(([, own]) => own.length > 0)),
  };
}

async function readScene(line: Line, name: string): Promise<ObsScene> {
  const items = listAt(await orNull(line.call('GetSceneItemList', { sceneName: name })), 'sceneItems');
  const groups = groupsOf(items);
  const inside = await inTurns(groups, (group) => sourcesOfGroup(line, group));
  const sources = items.flatMap((item) => textAt(item, 'sourceName') ?? []);
  return { name, sources: [...new Set([...sources, ...inside.flat()])] };
}

/** Names of the groups among the items of a scene. */
export function groupsOf(items: readonly JsonValue[]): string[] {
  return items.flatMap((item) => (isTrueAt(item, 'isGroup') ? (textAt(item, 'sourceName') ?? []) : []));
}

async function sourcesOfGroup(line: Line, group: string): Promise<string[]> {
  const answer = await orNull(line.call('GetGroupSceneItemList', { sceneName: group }));
  return namesAt(answer, 'sceneItems', 'sourceName');
}

async function readInput(line: Line, input: JsonValue): Promise<ObsInput | null> {
  const name = textAt(input, 'inputName');
  if (name === null) return null;
  const kind = textAt(input, 'inputKind') ?? '';
  // It says of no kind whether it sounds; but only what sounds has a volume.
  const volume = await orNull(line.call('GetInputVolume', { inputName: name }));
  return { name, kind, audio: volume !== null };
}

async function filtersOf(line: Line, owner: string): Promise<string[]> {
  return namesAt(
    await orNull(line.call('GetSourceFilterList', { sourceName: owner })),
    'filters',
    'filterName',
  );
}

/** Null where OBS refuses: what was there a moment ago may be gone. That the connection ended is passed on. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const refusals = ['E_OBS_REFUSED', 'E_OBS_MISSING', 'E_OBS_VERSION'];
    if (error instanceof ReverieError && refusals.includes(error.code)) return null;
    throw error;
  }
}

function namesAt(answer: unknown, list: string, key: string): string[] {
  return listAt(answer, list).flatMap((each) => textAt(each, key) ?? []);
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const done: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    done.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return done;
}
