import { createCanvas } from '@napi-rs/canvas';

/** A figure with a face, and lettering in two sizes, drawn here: what video mode must leave readable. `[height, width, 4]`. */
export function drawSubject(width: number, height: number): Uint8Array {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const unit = height / 512;
  context.scale(unit, unit);
  const wide = width / unit;
  const backdrop = context.createLinearGradient(0, 0, 0, 512);
  backdrop.addColorStop(0, '#8fa8d0');
  backdrop.addColorStop(1, '#3a3a34');
  context.fillStyle = backdrop;
  context.fillRect(0, 0, wide, 512);
  context.translate(wide / 2, 0);
  context.fillStyle = '#2c3e54';
  ellipse(0, 500, 190, 150);
  context.fillStyle = '#d8b090';
  ellipse(0, 330, 44, 70);
  context.fillStyle = '#3a2418';
  ellipse(0, 190, 104, 118);
  const face = context.createRadialGradient(-28, 200, 20, 0, 230, 130);
  face.addColorStop(0, '#ffe0c4');
  face.addColorStop(1, '#c08a68');
  context.fillStyle = face;
  ellipse(0, 230, 86, 112);
  for (const side of [-1, 1]) {
    context.fillStyle = '#fbfbf6';
    ellipse(side * 34, 212, 17, 10);
    context.fillStyle = '#28404c';
    ellipse(side * 34, 212, 8, 9);
    context.strokeStyle = '#4a2c1c';
    context.lineWidth = 6;
    stroke(side * 34, 204, 24, Math.PI * 1.2, Math.PI * 1.8);
  }
  context.strokeStyle = '#9a6448';
  context.lineWidth = 5;
  stroke(4, 246, 12, 0.1 * Math.PI, 0.8 * Math.PI);
  context.strokeStyle = '#8c2c34';
  context.lineWidth = 9;
  stroke(0, 262, 38, 0.15 * Math.PI, 0.85 * Math.PI);
  context.fillStyle = '#ffffff';
  context.font = 'bold 62px sans-serif';
  context.fillText('REVERIE', -wide / 2 + 20, 70);
  context.font = 'bold 26px sans-serif';
  context.fillText('small letters 42', wide / 2 - 225, 490);
  return Uint8Array.from(context.getImageData(0, 0, width, height).data);

  function ellipse(x: number, y: number, rx: number, ry: number): void {
    context.beginPath();
    context.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
    context.fill();
  }

  function stroke(x: number, y: number, radius: number, from: number, to: number): void {
    context.beginPath();
    context.arc(x, y, radius, from, to);
    context.stroke();
  }
}
