/** Ticks, and tells every gap that was longer than all before it. */
const periodMs = Number(process.argv[2]);
let last = performance.now();
let longest = 0;
setInterval(() => {
  const now = performance.now();
  const gap = now - last;
  last = now;
  if (gap <= longest) return;
  longest = gap;
  process.send?.(gap);
}, periodMs);
process.on('disconnect', () => process.exit(0));
