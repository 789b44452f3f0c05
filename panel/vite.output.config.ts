import { defineConfig } from 'vite';
import { oldestChromium } from './browsers.ts';

/**
 * Builds the page of the output into `dist/panel/obs`, apart from the panel: it is small, its files have names of their own, and
 * they alone are handed to whoever asks, because the page lets itself in with the token in its link.
 */
export default defineConfig({
  root: `${import.meta.dirname}/output`,
  base: './',
  publicDir: false,
  build: {
    outDir: '../../dist/panel/obs',
    emptyOutDir: false,
    target: oldestChromium,
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: `${import.meta.dirname}/output/output.html`,
      output: { entryFileNames: 'output.js', assetFileNames: 'output.[ext]' },
    },
  },
});
