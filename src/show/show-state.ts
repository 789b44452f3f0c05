import type { Graph } from '../contract/graph.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ShowPart } from './part.ts';
import { showVersion, type NodePrompts, type ShowFile } from './show-file.ts';
import type { StageSet } from './stage-set.ts';

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
    version: showVersion,
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
