// Generated from the folders of adapters/ and pipelines/ by `npm run generate`. Do not edit.
import artnet from '../adapters/artnet/index.ts';
import file from '../adapters/file/index.ts';
import midi from '../adapters/midi/index.ts';
import osc from '../adapters/osc/index.ts';
import stills from '../adapters/stills/index.ts';
import testPattern from '../adapters/test-pattern/index.ts';
import webrtc from '../adapters/webrtc/index.ts';
import dream from '../pipelines/dream/index.ts';
import passthrough from '../pipelines/passthrough/index.ts';
import type { AdapterDefinition } from './contract/adapter.ts';
import type { PipelineDefinition } from './contract/pipeline.ts';

export const adapters: readonly AdapterDefinition[] = [artnet, file, midi, osc, stills, testPattern, webrtc];

export const pipelines: readonly PipelineDefinition[] = [dream, passthrough];
