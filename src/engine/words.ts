import type { ErrorReport } from '../contract/error.ts';
import { isErrorCode, type ErrorCode } from '../contract/error.ts';
import { errorCatalogue } from '../contract/error-catalogue.ts';
import type { Fault, NodeState } from '../contract/status.ts';
import { excerptOf } from './log-excerpt.ts';
import type { NodePlan } from './node-plan.ts';
import type { RunnerExit } from './runner-process.ts';

interface Words {
  readonly code: string | null;
  readonly message: string;
  readonly remedy: string | null;
}

/** A node's state in plain words for a person. */
export function runningWords(
  state: NodeState,
  plan: NodePlan,
  fault: Fault | null,
  retryInMs: number | null,
): Words {
  const fine = (message: string): Words => ({ code: null, message, remedy: null });
  switch (state) {
    case 'starting':
      return fine(fault === null ? `Starting ${plan.moduleId}` : `Starting ${plan.moduleId} again`);
    case 'ready':
      return fine('Ready; waiting for frames');
    case 'live':
      return fine('Playing');
    case 'off':
      return fine('Ended');
    case 'degraded-input':
      return { ...catalogued('E_INPUT_NONE'), message: 'No frames are coming in; the last picture stays' };
    case 'degraded-inference':
      return fine('Slower than its input; it skips to the newest frame');
    case 'stalled':
      if (plan.role === 'source')
        return { ...catalogued('E_SOURCE_STALLED'), message: 'It gives no frames; the last picture stays' };
      if (plan.role === 'sink') return fine('It has not taken a frame for a while');
      return fine('A call takes unusually long; the last picture stays');
    case 'failed': {
      const when =
        retryInMs === null ? '' : `; next try in ${(retryInMs / 1000).toFixed(retryInMs < 1000 ? 2 : 0)} s`;
      return {
        code: fault?.code ?? 'E_INTERNAL',
        message: `${fault?.message ?? 'It failed'}${when}`,
        remedy: fault?.remedy ?? null,
      };
    }
  }
}

function catalogued(code: ErrorCode): Pick<Words, 'code' | 'remedy'> {
  return { code, remedy: errorCatalogue[code].remedy };
}

export function faultOf(
  node: string,
  pid: number | null,
  error: ErrorReport | null,
  exit: RunnerExit | null,
  log: readonly string[],
  at: number,
): Fault {
  const code = error?.code ?? 'E_INTERNAL';
  return {
    node,
    code,
    message: error?.message ?? 'It failed without saying why',
    remedy: error?.remedy ?? (isErrorCode(code) ? errorCatalogue[code].remedy : null),
    at,
    pid,
    exitCode: exit?.exitCode ?? null,
    signal: exit?.signal ?? null,
    log: excerptOf(log),
  };
}
