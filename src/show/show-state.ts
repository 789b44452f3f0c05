import type { Graph } from '../contract/graph.ts';
import type { JsonValue } from '../contract/json.ts';
import { tempoSettingsSchema } from '../contract/tempo.ts';
import { timelineSchema } from '../contract/timeline.ts';
import { plainMorph } from './presets/morph-settings.ts';
import { cut } from './prompt-desk.ts';
import type { ShowPart } from './part.ts';
import type { NodePrompts, ShowFile } from './show-file.ts';
import type { StageSet } from './stage-set.ts';

/** A show in which nothing has been set. */
export function emptyShow(graph: Graph): ShowFile {
  return {
    version: 1,
    graph,
    values: {},
    prompts: [],
    interpolation: 'linear',
    transition: cut,
    nodes: {},
    unclaimed: {},
    bindings: [],
    bank: 1,
    presets: { list: [], last: null, morph: plainMorph },
    cues: { list: [], position: 0 },
    tempo: tempoSettingsSchema.parse({}),
    modulations: {},
    timeline: timelineSchema.parse({}),
  };
}

/** What is saved. `before` is the file it came from, whose unknown fields are kept. */
export function showOf(
  stages: StageSet,
  parts: readonly ShowPart[],
  graph: Graph,
  before: ShowFile,
): ShowFile {
  const values: Record<string, JsonValue> = {};
  for (const [id, stage] of stages.all) {
    for (const [key, value] of Object.entries(stage.byHand())) values[`/${id}/${key}`] = value;
  }
  return {
    ...before,
    ...Object.assign({}, ...parts.map((part) => part.kept())),
    ...stages.house.kept(),
    version: 1,
    graph,
    values,
    nodes: ownPrompts(stages, graph),
    unclaimed: stages.unclaimed(),
  };
}

/** Puts a saved show into stages that are empty yet; the next plan makes them. */
export function adoptShow(stages: StageSet, show: ShowFile, setBy: string | null): void {
  stages.clear();
  stages.house.restore(
    { prompts: show.prompts, interpolation: show.interpolation, transition: show.transition },
    setBy,
  );
  stages.adopt({ ...show.unclaimed, ...show.values }, show.nodes);
}

// Stages that play what the whole show plays need no entry of their own.
function ownPrompts(stages: StageSet, graph: Graph): Record<string, NodePrompts> {
  const house = JSON.stringify(stages.house.kept());
  const own: Record<string, NodePrompts> = {};
  for (const node of graph.nodes) {
    const kept = stages.get(node.id)?.prompts?.kept() ?? stages.keptPrompts(node.id);
    if (node.type === 'stage' && kept !== null && JSON.stringify(kept) !== house) own[node.id] = kept;
  }
  return own;
}
