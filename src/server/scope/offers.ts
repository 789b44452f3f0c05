import type { Sender } from '../../contract/command.ts';
import { failure, reportOf } from '../../contract/error.ts';
import type { Graph } from '../../contract/graph.ts';
import type { CatalogEntry } from '../../contract/hardware.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { PipelineDescriptor } from '../../contract/pipeline.ts';
import type { IceCandidate, SessionsApi } from '../../contract/session.ts';
import type { ShowApi } from '../../contract/show-api.ts';
import { planCamera } from './camera.ts';
import { shownSink, withChain } from './chain.ts';
import type { Conversations } from './conversations.ts';
import { graphFrom, type OfferedGraph } from './offered-graph.ts';
import { offeredGraph, pipelineIds } from './shapes.ts';
import { offeredVideo, type OfferedVideo } from './offer-sdp.ts';

export interface Offer {
  readonly sdp: string;
  /** What the client wants played, as it said it. */
  readonly parameters: JsonObject;
}

interface OfferDeps {
  readonly show: ShowApi;
  readonly sessions: SessionsApi;
  readonly conversations: Conversations;
  readonly catalog: () => readonly CatalogEntry[];
  readonly warn: (message: string) => void;
}

const scope: Sender = { id: 'scope', strictness: 'coerce' };

/** Offers of Scope's clients: each is one more viewer of the show that plays, and may bring a camera. */
export class Offers {
  readonly #deps: OfferDeps;

  constructor(deps: OfferDeps) {
    this.#deps = deps;
  }

  async answer(offer: Offer): Promise<{ sdp: string; type: 'answer'; sessionId: string }> {
    const { show, sessions, conversations } = this.#deps;
    const isCamera = offer.parameters['input_mode'] === 'video';
    const { video, before, feeds } = await this.#prepare(offer, isCamera);
    const prepared = show.graph();
    try {
      const views = viewsOf(prepared, video.receiving);
      const answer = await sessions.open({ sdp: offer.sdp, client: 'scope', views, feeds });
      conversations.open(answer.id, offer.parameters);
      return { sdp: answer.sdp, type: 'answer', sessionId: answer.id };
    } catch (error) {
      // A source that gave way to a camera that never came is put back, unless somebody has changed the show since.
      if (before !== prepared && show.graph() === prepared) await this.#putBack(before);
      throw error;
    }
  }

  /** Answers at once where the session is known: Scope's page sends its candidates one by one before it takes the answer. */
  async addCandidates(id: string, candidates: readonly IceCandidate[]): Promise<void> {
    const { sessions, warn } = this.#deps;
    const adding = sessions.addCandidates(id, candidates);
    if (!sessions.reports().some((report) => report.id === id)) return adding;
    adding.catch((error: unknown) => warn(`Candidates of session ${id}: ${reportOf(error).message}`));
  }

  /** Nobody is missed who has gone already. */
  async close(id: string): Promise<void> {
    const { sessions } = this.#deps;
    if (sessions.reports().some((report) => report.id === id)) await sessions.close(id);
  }

  async #prepare(
    offer: Offer,
    isCamera: boolean,
  ): Promise<{ video: OfferedVideo; before: Graph; feeds: readonly string[] }> {
    try {
      const video = offeredVideo(offer.sdp);
      if (this.#deps.show.graph().nodes.length === 0) await this.#setUp(offer, isCamera);
      const before = this.#deps.show.graph();
      const feeds = isCamera && video.sending > 0 ? await this.#bind(video.sending) : [];
      return { video, before, feeds };
    } catch (error) {
      // Scope's page says nothing when an offer fails, so the log must.
      this.#deps.warn(`The offer of a Scope client was refused: ${reportOf(error).message}`);
      throw error;
    }
  }

  async #setUp({ parameters }: Offer, isCamera: boolean): Promise<void> {
    const { graph, pipelineIds } = readWish(parameters);
    const usageOf = (id: string): PipelineDescriptor['usage'] => this.#usageOf(id);
    const wanted = pipelineIds.map((pipeline) => ({ node: null, pipeline }));
    const empty: Graph = { nodes: [], links: [] };
    const drawn = graph === null ? null : graphFrom(graph, isCamera, usageOf);
    const first = drawn ?? (wanted.length > 0 ? withChain(empty, wanted, usageOf).graph : null);
    if (first === null)
      throw failure('E_SHOW_EMPTY', 'Nothing plays that could be shown, and the offer names no pipeline');
    await this.#deps.show.setGraph(first, scope);
  }

  async #bind(lines: number): Promise<readonly string[]> {
    const { show, sessions, warn } = this.#deps;
    const taken = new Set(
      sessions.reports().flatMap((report) => (report.state === 'closed' ? [] : report.feeds)),
    );
    const graph = show.graph();
    const plan = planCamera(graph, lines, taken);
    if (plan.graph === graph) return plan.feeds;
    try {
      await show.setGraph(plan.graph, scope);
    } catch (error) {
      warn(`The camera of a Scope client is not taken: ${reportOf(error).message}`);
    }
    return plan.feeds;
  }

  async #putBack(graph: Graph): Promise<void> {
    await this.#deps.show.setGraph(graph, scope).catch((error: unknown) => {
      this.#deps.warn(`The source could not be put back: ${reportOf(error).message}`);
    });
  }

  #usageOf(id: string): PipelineDescriptor['usage'] {
    const entry = this.#deps.catalog().find((each) => each.id === id);
    return entry?.available === true ? entry.descriptor.usage : [];
  }
}

/** What is to be set up. Nobody looks at it while a show plays, so that no odd graph keeps a viewer out. */
function readWish(parameters: JsonObject): { graph: OfferedGraph | null; pipelineIds: readonly string[] } {
  const graph = offeredGraph.nullish().safeParse(parameters['graph']);
  const ids = pipelineIds.safeParse(parameters['pipeline_ids']);
  if (graph.success) return { graph: graph.data ?? null, pipelineIds: ids.data ?? [] };
  const field = ['initialParameters', 'graph', ...(graph.error.issues[0]?.path ?? [])].join('.');
  throw failure('E_HTTP_INVALID', `Field "${field}" of the body is not as a graph has it`, {
    in: 'body',
    field,
  });
}

/** What each line that wants a picture shows: the sinks, the audience's first; without any, what is made last. */
function viewsOf(graph: Graph, lines: number): string[] {
  const shown = shownSink(graph.nodes);
  const sinks = graph.nodes.filter((node) => node.type === 'sink' && node.id !== shown).map(({ id }) => id);
  const last =
    graph.nodes.findLast((node) => node.type === 'stage') ??
    graph.nodes.find((node) => node.type === 'source');
  const views = shown === null ? (last === undefined ? [] : [last.id]) : [shown, ...sinks];
  return views.slice(0, lines);
}
