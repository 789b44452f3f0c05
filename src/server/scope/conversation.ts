import type { At, ParameterState, Sender, ValueChange } from '../../contract/command.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ScheduleEvent } from '../../contract/schedule.ts';
import type { ShowApi } from '../../contract/show-api.ts';
import { readModulations } from './modulations.ts';
import { promptsFor, type WeightScale } from './prompts.ts';
import { readTiming, waiting, type Timing } from './timing.ts';
import { translate, type Stand } from './translate.ts';
import { Updates } from './updates.ts';

interface ConversationDeps {
  readonly show: ShowApi;
  /** The stage that a client means by a node's name, from what it loaded. */
  stageOf(name: string): string | null;
  send(message: JsonObject): void;
}

/** One client of the dialect: what it says is played, and what others move it is told. */
export class Conversation {
  readonly #deps: ConversationDeps;
  readonly #sender: Sender;
  readonly #updates: Updates;
  /** What this client calls the nodes of the graph, by stage. */
  readonly #names = new Map<string, string>();
  #scale: WeightScale = 1;
  #open = false;
  /** What its values that are to wait wait for, and how much earlier they are run. */
  #quantize: At = 'now';
  #lookaheadMs = 0;
  /** Addresses that have a wave of this client. */
  #waves: readonly string[] = [];
  #lastTold: string | null = null;

  constructor(session: string, deps: ConversationDeps) {
    this.#deps = deps;
    this.#sender = { id: `scope:${session}`, strictness: 'coerce' };
    this.#updates = new Updates((message) => deps.send(message));
  }

  /** Plays a flat message: of the data channel, or the parameters of the offer. What cannot be played is counted by the show. */
  play(message: JsonObject): void {
    const { show } = this.#deps;
    this.#remember(message);
    const timing = readTiming(message);
    const stages = stagesOf(show);
    const stand: Stand = {
      sender: this.#sender.id,
      stages,
      stageOf: (name) => this.#deps.stageOf(name),
      parameter: (address) => show.parameter(address),
    };
    this.#time(timing, stand);
    const { items, commands, pressed, scale } = translate(timing.values, stand);
    if (scale !== null) this.#scale = scale;
    if (timing.quantized) {
      const at = this.#quantize;
      for (const command of [...waiting(items, at), ...commands.map((each) => ({ ...each, at }))])
        show.execute([command], this.#sender);
    } else {
      if (items.length > 0) show.play(items);
      for (const command of commands) show.execute([command], this.#sender);
    }
    // A button is a switch on Scope's page; it is set back, so that the next click presses again.
    for (const key of pressed) this.#updates.put(null, key, false);
  }

  /** Values that changed, by anyone. */
  changed(changes: readonly ValueChange[]): void {
    const stages = stagesOf(this.#deps.show);
    for (const change of changes) {
      const told = this.#told(change, stages);
      if (told === null) continue;
      for (const node of told.nodes) {
        if (change.setBy === this.#sender.id) this.#updates.drop(node, told.key);
        else this.#updates.put(node, told.key, told.value);
      }
    }
  }

  /** What became of commands that wait. Several of one message are one change to the client. */
  scheduled(event: ScheduleEvent): void {
    if (event.kind === 'retimed' || event.pending.sender !== this.#sender.id) return;
    const { timeUs } = this.#deps.show.tempo.state();
    const { atUs } = event.pending;
    if (event.kind === 'scheduled')
      this.#tellOnce(`s${atUs}`, { type: 'change_scheduled', delay_ms: Math.round((atUs - timeUs) / 1e3) });
    else if (event.kind === 'applied') this.#tellOnce(`a${atUs}`, { type: 'change_applied' });
  }

  /** What all clients of the dialect are told, where this one can hear it. */
  tell(message: JsonObject): void {
    if (this.#open) this.#deps.send(message);
  }

  channelOpen(isOpen: boolean): void {
    this.#open = isOpen;
    this.#updates.open(isOpen);
  }

  close(): void {
    this.#updates.stop();
  }

  #time({ quantize, lookaheadMs, modulations }: Timing, stand: Stand): void {
    const { show } = this.#deps;
    if (quantize !== null) this.#quantize = quantize;
    // Every client says 0 when it connects, and means itself; the show's own look-ahead is left alone.
    if (lookaheadMs !== null && lookaheadMs !== this.#lookaheadMs) {
      this.#lookaheadMs = lookaheadMs;
      show.play([{ address: '/tempo/lookahead', args: [lookaheadMs / 1e3], sender: this.#sender.id }]);
    }
    if (modulations === null) return;
    const read = readModulations(modulations, this.#waves, {
      parametersOf: (key) =>
        stand.stages.flatMap((stage): ParameterState[] => {
          const parameter = stand.parameter(`/${stage}/${key}`);
          return parameter === null ? [] : [parameter];
        }),
      beatsPerBar: show.tempo.state().beatsPerBar,
    });
    this.#waves = read.addresses;
    for (const command of read.commands) show.execute([command], this.#sender);
    for (const key of read.unread)
      show.play([{ address: `/scope/modulations/${key}`, args: [true], sender: this.#sender.id }]);
  }

  #tellOnce(what: string, message: JsonObject): void {
    if (this.#lastTold === what) return;
    this.#lastTold = what;
    this.tell(message);
  }

  /** How a change is told, or null where Scope has no word for it. */
  #told(
    { address, value }: ValueChange,
    stages: readonly string[],
  ): { readonly key: string; readonly value: JsonValue; readonly nodes: readonly (string | null)[] } | null {
    if (address === '/paused') return { key: 'paused', value, nodes: [null] };
    const [, stage = '', ...rest] = address.split('/');
    if (!stages.includes(stage)) return null;
    const own = rest.join('/');
    const parameter = this.#deps.show.parameter(address);
    if (parameter === null || parameter.type === 'trigger' || own === 'mode') return null;
    const name = this.#names.get(stage);
    const first = stages.find((id) => this.#deps.show.parameter(`/${id}/${own}`) !== null);
    const nodes = [...(first === stage ? [null] : []), ...(name === undefined ? [] : [name])];
    if (own === 'prompts') return { key: 'prompts', value: promptsFor(value, this.#scale), nodes };
    if (own === 'prompts/interpolation') return { key: 'prompt_interpolation_method', value, nodes };
    return rest.length === 1 && own !== 'prompt' && own !== 'transition' ? { key: own, value, nodes } : null;
  }

  #remember({ node_id, graph }: JsonObject): void {
    const nodes =
      typeof graph === 'object' && graph !== null && !Array.isArray(graph) ? graph['nodes'] : null;
    const offered = Array.isArray(nodes)
      ? nodes.map((node) =>
          typeof node === 'object' && node !== null && !Array.isArray(node) ? node['id'] : null,
        )
      : [];
    for (const name of [node_id, ...offered]) {
      if (typeof name !== 'string' || name.length > 200) continue;
      const stage = this.#deps.stageOf(name);
      if (stage !== null) this.#names.set(stage, name);
    }
  }
}

function stagesOf(show: ShowApi): string[] {
  return show.graph().nodes.flatMap((node) => (node.type === 'stage' ? [node.id] : []));
}
