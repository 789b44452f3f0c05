import type { ColorComponent } from '../../contract/binding.ts';

/** Hue, saturation and brightness (value), 0..1 each; A. R. Smith, Color Gamut Transform Pairs, SIGGRAPH 1978. */
interface Hsv {
  readonly hue: number;
  readonly saturation: number;
  readonly brightness: number;
}

interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/**
 * Plays one component of `#rrggbb`. It remembers, per address, what a colour was made of: black and grey have no hue left, and
 * a fader that comes up again must bring back the colour it took down.
 */
export class ColorHand {
  readonly #made = new Map<string, { readonly color: string; readonly hsv: Hsv }>();

  /** 0..1. */
  read(address: string, color: string, component: ColorComponent): number {
    switch (component) {
      case 'red':
      case 'green':
      case 'blue':
        return rgbOf(color)[component];
      case 'hue':
      case 'saturation':
      case 'brightness':
        return this.#hsv(address, color)[component];
    }
  }

  /** The colour with one component changed. A grey that has no hue to turn becomes a full colour. */
  turn(address: string, color: string, component: ColorComponent, value: number): string {
    switch (component) {
      case 'red':
      case 'green':
      case 'blue':
        return hexOf({ ...rgbOf(color), [component]: value });
      case 'hue':
      case 'saturation':
      case 'brightness': {
        const before = this.#hsv(address, color);
        const full = component === 'hue' && before.saturation === 0 ? { saturation: 1 } : {};
        const lit = component === 'hue' && before.brightness === 0 ? { brightness: 1 } : {};
        const hsv = { ...before, ...full, ...lit, [component]: value };
        const made = hexOf(rgbFrom(hsv));
        this.#made.set(address, { color: made, hsv });
        return made;
      }
    }
  }

  forget(): void {
    this.#made.clear();
  }

  #hsv(address: string, color: string): Hsv {
    const made = this.#made.get(address);
    return made?.color === color ? made.hsv : hsvOf(rgbOf(color));
  }
}

function rgbOf(color: string): Rgb {
  const bits = Number.parseInt(color.slice(1), 16);
  return { red: ((bits >> 16) & 255) / 255, green: ((bits >> 8) & 255) / 255, blue: (bits & 255) / 255 };
}

function hexOf({ red, green, blue }: Rgb): string {
  const bytes = [red, green, blue].map((each) =>
    Math.round(Math.min(Math.max(each, 0), 1) * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${bytes.join('')}`;
}

function hsvOf({ red, green, blue }: Rgb): Hsv {
  const brightness = Math.max(red, green, blue);
  const span = brightness - Math.min(red, green, blue);
  if (span === 0) return { hue: 0, saturation: 0, brightness };
  return { hue: sixthOf(red, green, blue, brightness, span) / 6, saturation: span / brightness, brightness };
}

function sixthOf(red: number, green: number, blue: number, highest: number, span: number): number {
  if (highest === red) return ((green - blue) / span + 6) % 6;
  return highest === green ? (blue - red) / span + 2 : (red - green) / span + 4;
}

function rgbFrom({ hue, saturation, brightness }: Hsv): Rgb {
  const of = (shift: number): number => {
    const sixth = (shift + hue * 6) % 6;
    return brightness * (1 - saturation * Math.max(0, Math.min(sixth, 4 - sixth, 1)));
  };
  return { red: of(5), green: of(3), blue: of(1) };
}
