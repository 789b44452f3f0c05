/** `reverie/testing`: what Reverie asks of every pipeline, for whoever writes one. Throws plain errors, so any test runner will do. */
export { checkPipeline, descriptionChecks, playingChecks, type PipelineCheck } from './pipeline-checks.ts';
export { Rehearsal, type PlayedCall } from './rehearsal.ts';
export { prompted } from './trial-values.ts';
