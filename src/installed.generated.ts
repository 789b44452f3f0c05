// Generated from the folders of adapters/ and pipelines/ by `npm run generate`. Do not edit.
import artnet from '../adapters/artnet/index.ts';
import capture from '../adapters/capture/index.ts';
import file from '../adapters/file/index.ts';
import midi from '../adapters/midi/index.ts';
import ndi from '../adapters/ndi/index.ts';
import obs from '../adapters/obs/index.ts';
import osc from '../adapters/osc/index.ts';
import record from '../adapters/record/index.ts';
import shm from '../adapters/shm/index.ts';
import spout from '../adapters/spout/index.ts';
import stills from '../adapters/stills/index.ts';
import stream from '../adapters/stream/index.ts';
import testPattern from '../adapters/test-pattern/index.ts';
import webrtc from '../adapters/webrtc/index.ts';
import dream from '../pipelines/dream/index.ts';
import passthrough from '../pipelines/passthrough/index.ts';
import type { AdapterDefinition } from './contract/adapter.ts';
import type { PipelineDefinition } from './contract/pipeline.ts';

export const adapters: readonly AdapterDefinition[] = [
  artnet,
  capture,
  file,
  midi,
  ndi,
  obs,
  osc,
  record,
  shm,
  spout,
  stills,
  stream,
  testPattern,
  webrtc,
];

export const pipelines: readonly PipelineDefinition[] = [dream, passthrough];
