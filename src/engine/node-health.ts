import type { EndpointState } from '../contract/endpoint.ts';
import type { NodeState } from '../contract/status.ts';
import type { Attachment } from './attachment.ts';
import type { EndpointProgress } from './endpoint-progress.ts';
import type { NodePlan } from './node-plan.ts';

/** A call that is under way this long makes a node `stalled`. */
const STALLED_MS = 1_000;
const FIRST_CALL_LIMIT_MS = 15_000;
/** A source that is silent this long is stalled, and a sink that keeps a frame so long. The slowest rate of either is one a second. */
const SILENT_MS = 1_500;

/** Ends a runner whose call takes ten times its slowest, and at least two seconds; its process may answer pings all the while. */
export function endOverdueCall(attachment: Attachment, nowMs: number): void {
  if (attachment.callSinceMs === null || attachment.runner.busy(nowMs)) return;
  const isFirst = attachment.published === 0;
  const limitMs = isFirst ? FIRST_CALL_LIMIT_MS : Math.max(2 * STALLED_MS, 10 * attachment.slowestCallMs);
  const takenMs = nowMs - attachment.callSinceMs;
  if (takenMs < limitMs) return;
  attachment.callSinceMs = null;
  attachment.runner.kill('E_RUNNER_HUNG', `A call did not return for ${(takenMs / 1000).toFixed(1)} s`);
}

/** The state of a node that has been live: `tookHz` frames a second of `offeredHz`, null where the rate says nothing. */
export function stateNow(
  attachment: Pick<Attachment, 'callSinceMs' | 'slowestCallMs'>,
  nowMs: number,
  starved: boolean,
  tookHz: number | null,
  offeredHz: number,
): NodeState {
  const callMs = attachment.callSinceMs === null ? 0 : nowMs - attachment.callSinceMs;
  if (callMs > Math.max(STALLED_MS, 3 * attachment.slowestCallMs)) return 'stalled';
  if (starved) return 'degraded-input';
  const behind = tookHz !== null && tookHz > 0 && offeredHz > 1 && tookHz < 0.5 * offeredHz;
  return behind ? 'degraded-inference' : 'live';
}

/** Whether frames pass through a source or sink that has been live; `silentMs` since the last one of the node. */
export function givesFrames(
  plan: NodePlan,
  attachment: Attachment,
  silentMs: number,
  nowMs: number,
): boolean {
  // In lock-step a source waits for whoever takes its frames.
  if (plan.role === 'source') return plan.lockstep || silentMs < SILENT_MS;
  if (plan.role === 'sink') return attachment.handedMs === null || nowMs - attachment.handedMs < SILENT_MS;
  return true;
}

/** How far a source or sink is with what it is connected to. */
export function endpointStateNow(
  active: Attachment | null,
  state: NodeState,
  progress: EndpointProgress,
): EndpointState {
  if (typeof active?.info['waiting'] === 'string') return progress.waiting();
  const isLive = active !== null && active.liveSinceMs !== null;
  return progress.state(performance.now(), isLive ? state !== 'stalled' && state !== 'off' : null);
}
