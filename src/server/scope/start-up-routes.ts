import { z } from 'zod';
import type { AdapterReport } from '../../contract/engine-api.ts';
import type { LogLine } from '../../contract/log.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { refused } from '../schema/error.ts';
import { hardwareInfo, logsTail, oscStatus, type Availability } from './shapes.ts';

const tags = ["Scope's dialect"];
const SOON_MS = 1000;

/** What Scope's page asks for when it opens, as far as Reverie has it. The rest answers 404, which the page takes for "not here". */
export function startUpRoutes(app: App, deps: ServerDependencies): void {
  const described = (summary: string, answer: z.ZodType) => ({
    schema: { tags, summary, response: { 200: answer, ...refused } },
  });
  const onboarding = z.object({
    completed: z.literal(true).describe('There is nothing to set up before the first picture'),
    inference_mode: z.literal('local'),
    onboarding_style: z.null(),
  });
  app.get('/onboarding/status', described('Nothing is to be set up', onboarding), () => ({
    completed: true,
    inference_mode: 'local',
    onboarding_style: null,
  }));
  const definitions = z.object({ nodes: z.array(z.never()).describe('Plain nodes beside the pipelines') });
  app.get('/nodes/definitions', described('Reverie has pipelines and no plain nodes', definitions), () => ({
    nodes: [],
  }));
  app.get('/hardware/info', described('GPU memory, and ways to other programs', hardwareInfo), async () => {
    const [hardware, adapters] = await Promise.all([soon(deps.hardware()), soon(deps.engine.adapters())]);
    const bytes = hardware?.gpus[0]?.totalMemoryBytes;
    return {
      vram_gb: bytes === undefined ? null : Math.round(bytes / 1e8) / 10,
      spout: availabilityOf('spout', 'Spout', adapters),
      ndi: availabilityOf('ndi', 'NDI', adapters),
      syphon: availabilityOf('syphon', 'Syphon', adapters),
    };
  });
  app.get('/osc/status', described('Where OSC is heard', oscStatus), () => oscOf(deps));
  app.get(
    '/logs/tail',
    {
      schema: {
        tags,
        summary: 'The newest log lines as text',
        querystring: z.object({
          lines: z.coerce.number().int().min(1).max(1000).default(200).describe('At most so many'),
          since_offset: z.coerce
            .number()
            .int()
            .min(0)
            .exactOptional()
            .describe('`offset` of the last answer'),
        }),
        response: { 200: logsTail, ...refused },
      },
    },
    (request) => {
      const { lines, since_offset: after } = request.query;
      const page = deps.logs.read({ limit: lines, ...(after === undefined ? {} : { after }) });
      return { lines: page.lines.map(lineOf), offset: page.next };
    },
  );
}

/** A page has six connections, and trying all of a machine's hardware can take a minute: what is not known yet is answered as unknown. */
async function soon<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), SOON_MS)));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function availabilityOf(id: string, name: string, adapters: readonly AdapterReport[] | null): Availability {
  if (adapters === null)
    return { available: false, reason: `Reverie is still finding out about ${name}`, install_hint: null };
  const probe = adapters.find((adapter) => adapter.id === id)?.probe;
  if (probe === undefined)
    return { available: false, reason: `This version of Reverie has no ${name} adapter`, install_hint: null };
  if (probe.available) return { available: true, reason: null, install_hint: null };
  return { available: false, reason: probe.reason, install_hint: probe.remedy };
}

function oscOf({ engine }: ServerDependencies): z.infer<typeof oscStatus> {
  const node = engine.status().nodes.find((each) => each.role === 'control' && each.module === 'osc');
  const [endpoint] = [node?.info['listening'] ?? []].flat();
  const [, host = null, port = null] =
    /^(.*):(\d+)$/.exec(typeof endpoint === 'string' ? endpoint : '') ?? [];
  return {
    enabled: node !== undefined,
    listening: node?.status.state === 'live',
    host,
    port: port === null ? null : Number(port),
    log_all_messages: false,
  };
}

/** Scope's page reads the level between dashes. */
function lineOf({ at, level, node, message }: LogLine): string {
  const word = level === 'warn' ? 'WARNING' : level.toUpperCase();
  return `${new Date(at).toISOString()} - reverie${node === null ? '' : `.${node}`} - ${word} - ${message}`;
}
