import type { App, ServerDependencies } from '../dependencies.ts';
import { adapterList, catalogList, hardwareReport } from '../schema/catalog.ts';
import { refused } from '../schema/error.ts';

export function catalogRoutes(app: App, deps: ServerDependencies): void {
  const tags = ['what there is'];
  app.get(
    '/catalog',
    {
      schema: {
        tags,
        summary: 'Pipelines with JSON Schema and `ui` hints',
        response: { 200: catalogList, ...refused },
      },
    },
    () => ({ pipelines: deps.catalog() }),
  );
  app.post(
    '/catalog/rescan',
    {
      schema: {
        tags,
        summary: 'Looks for pipelines from outside anew; answers when all were read',
        response: { 200: catalogList, ...refused },
      },
    },
    async () => {
      await deps.rescanCatalog();
      return { pipelines: deps.catalog() };
    },
  );
  app.get(
    '/hardware',
    {
      schema: {
        tags,
        summary: 'GPUs and execution providers, with reasons',
        response: { 200: hardwareReport, ...refused },
      },
    },
    () => deps.hardware(),
  );
  app.get(
    '/adapters',
    {
      schema: {
        tags,
        summary: 'Adapters, and what each one lacks here',
        response: { 200: adapterList, ...refused },
      },
    },
    async () => ({ adapters: await deps.engine.adapters() }),
  );
}
