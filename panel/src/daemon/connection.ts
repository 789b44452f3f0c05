import { connect, ClientError, type Client, type Loss } from '../../../src/client/index.ts';
import type { CommandInput } from '../../../src/contract/command.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import type { Answer } from './messages.ts';

/** What this page asks for where it wants to show why not. */
type Question =
  | { readonly type: 'set'; readonly values: Readonly<Record<string, JsonValue>> }
  | { readonly type: 'command'; readonly commands: readonly CommandInput[] };

interface ConnectionParts {
  /** `fresh`: the daemon does not know this page, or what it missed is forgotten: everything is to be read anew. */
  readonly onOpen: (fresh: boolean) => void;
  readonly onLost: (loss: Loss) => void;
}

/** The one line to the daemon: its client, and answers that are shown rather than thrown. */
export class Connection {
  readonly client: Client;

  constructor({ onOpen, onLost }: ConnectionParts) {
    this.client = connect(location.origin, {
      onState: (change) => {
        if (change.state === 'open') onOpen(!change.resumed || change.missed > 0);
        else if (change.state === 'lost') onLost(change.loss);
      },
    });
  }

  /** Resolves with the answer; where there was none, with an error that says so. */
  async ask(question: Question): Promise<Answer> {
    try {
      if (question.type === 'set')
        return { type: 'ack', of: 'set', ...(await this.client.set(question.values)) };
      return { type: 'ack', of: 'command', results: await this.client.command(...question.commands) };
    } catch (error) {
      return { type: 'error', error: refusalIn(error) };
    }
  }
}

/** Why a request of the client failed, in words. */
export function refusalIn(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof ClientError) return { code: error.code, message: error.message };
  return { code: 'E_INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
