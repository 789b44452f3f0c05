import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { oldestChromium } from './browsers.ts';

/** Builds the panel into `dist/panel`, which the daemon serves. Everything in files: its content policy forbids inline code and styles. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that it also works behind a proxy that puts it below a path.
  base: './',
  plugins: [svelte({ configFile: false, prebundleSvelteLibraries: false })],
  build: {
    outDir: '../dist/panel',
    emptyOutDir: true,
    target: [oldestChromium, 'firefox115', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/obs/dock.html`],
    },
  },
});
