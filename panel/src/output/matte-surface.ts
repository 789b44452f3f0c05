import type { Picture, Surface } from './surface.ts';

const vertexShader = `
attribute vec2 corner;
varying vec2 place;
void main() {
  place = corner * 0.5 + 0.5;
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

/**
 * Colours stand above and are premultiplied, the matte below. Samples stay half a pixel inside their half, or both would bleed into
 * each other; coding may leave a colour brighter than its matte allows, which would glow where it is laid over something.
 */
const fragmentShader = `
precision highp float;
uniform sampler2D picture;
uniform float halfPixel;
varying vec2 place;
void main() {
  float row = clamp((1.0 - place.y) * 0.5, halfPixel, 0.5 - halfPixel);
  vec3 color = texture2D(picture, vec2(place.x, row)).rgb;
  float alpha = texture2D(picture, vec2(place.x, row + 0.5)).r;
  gl_FragColor = vec4(min(color, vec3(alpha)), alpha);
}`;

/** Pictures with a packed matte, made transparent again. */
export class MatteSurface implements Surface {
  readonly #canvas: HTMLCanvasElement;
  #halfPixel: WebGLUniformLocation | null = null;
  #gl: WebGLRenderingContext | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    // A graphics card that was reset or taken away: what is needed is made anew, and the next picture is seen.
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => this.#prepare());
    this.#prepare();
  }

  draw(picture: Picture, width: number, height: number): void {
    const gl = this.#gl;
    if (gl === null || gl.isContextLost()) return;
    const canvas = this.#canvas;
    const shown = Math.floor(height / 2);
    if (canvas.width !== width || canvas.height !== shown) {
      canvas.width = width;
      canvas.height = shown;
      gl.viewport(0, 0, width, shown);
    }
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, picture);
    gl.uniform1f(this.#halfPixel, 0.5 / height);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  #prepare(): void {
    const gl = this.#canvas.getContext('webgl', {
      alpha: true,
      premultipliedAlpha: true,
      antialias: false,
      depth: false,
      // The last picture is kept while none comes, and stills of the page show it.
      preserveDrawingBuffer: true,
    });
    this.#gl = gl;
    if (gl === null) return;
    const program = programOf(gl);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(program, 'corner');
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    // Any size, not only powers of two (WebGL 1.0 §5.13.8).
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
      gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.disable(gl.BLEND);
    this.#halfPixel = gl.getUniformLocation(program, 'halfPixel');
  }
}

function programOf(gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, text] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) continue;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}
