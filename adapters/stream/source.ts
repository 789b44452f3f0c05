import type { SourceContext } from '../../src/contract/adapter.ts';
import { failure } from '../../src/contract/error.ts';

export const source = { run };

function run(context: SourceContext): Promise<void> {
  return Promise.reject(failure('E_SOURCE_ABSENT', `${String(context.config['url'])}: not yet`));
}
