/** The forty prompts of the contact sheets; the tests that look at the same pictures take them from here. */
export const PROMPTS = [
  'molten gold', 'deep ocean', 'neon city night', 'autumn forest', 'chrome', 'cherry blossom', 'aurora over ice', 'desert dunes at dusk',
  'galaxy', 'thunderstorm', 'stained glass', 'circuit board', 'coral reef', 'smoke', 'velvet curtain', 'rain on window',
  'hammered copper', 'liquid mercury', 'brushed silver', 'marble', 'koi', 'dragon', 'honeycomb', 'winter taiga',
  'firefly meadow', 'lantern festival', 'ringed planet', 'cathedral', 'volcano', 'sunset savanna', 'emerald crystal', 'sakura wind',
  'peacock', 'opal', 'fire', 'jellyfish', 'laser disco', 'wood', 'cracked earth drought', 'music',
]; // prettier-ignore
