import type { CommandResult, SetResult } from '../../../src/contract/command.ts';

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | null;
}

/** The answer to what this page asked. */
export type Answer =
  | ({ readonly type: 'ack'; readonly of: 'set' } & SetResult)
  | { readonly type: 'ack'; readonly of: 'command'; readonly results: readonly CommandResult[] }
  | { readonly type: 'error'; readonly error: Refusal };

/** The first reason why an answer says no, or null where it does not. */
export function refusalOf(answer: Answer): string | null {
  if (answer.type === 'error') return answer.error.message;
  if (answer.of === 'set') return answer.rejected[0]?.error.message ?? null;
  return null;
}
