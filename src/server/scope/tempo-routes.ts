import type { App } from '../dependencies.ts';
import { senderOf } from '../routes/sender.ts';
import { errorBody, refused } from '../schema/error.ts';
import type { ScopeTempo } from './tempo.ts';
import { tempoEnable, tempoSet, tempoSourceList, tempoStatus } from './tempo-shapes.ts';

const tags = ["Scope's dialect"];
const refusals = { 400: errorBody.describe('`E_TEMPO_SOURCE`'), ...refused };

export function scopeTempoRoutes(app: App, tempo: ScopeTempo): void {
  app.get(
    '/tempo/status',
    { schema: { tags, summary: 'Tempo as Scope knows it', response: { 200: tempoStatus, ...refused } } },
    () => tempo.status(),
  );
  app.get(
    '/tempo/sources',
    { schema: { tags, summary: 'What gives the beat', response: { 200: tempoSourceList, ...refused } } },
    () => tempo.sources(),
  );
  app.post(
    '/tempo/enable',
    {
      schema: {
        tags,
        summary: 'Chooses what gives the beat; its beats are sent to the clients from now on',
        body: tempoEnable,
        response: { 200: tempoStatus, ...refusals },
      },
    },
    (request) => tempo.enable(request.body, { ...senderOf(request), strictness: 'coerce' }),
  );
  app.post(
    '/tempo/disable',
    {
      schema: {
        tags,
        summary: 'The beat is the internal one, and sent to nobody',
        response: { 200: tempoStatus, ...refusals },
      },
    },
    (request) => tempo.disable({ ...senderOf(request), strictness: 'coerce' }),
  );
  app.post(
    '/tempo/set_tempo',
    {
      schema: {
        tags,
        summary: 'Sets the tempo, where no MIDI clock gives it',
        body: tempoSet,
        response: { 200: tempoStatus, ...refusals },
      },
    },
    (request) => tempo.setTempo(request.body.bpm, { ...senderOf(request), strictness: 'coerce' }),
  );
}
