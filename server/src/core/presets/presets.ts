/** The formats that come with the plugin, by name. */
import type { Preset } from '../shape/format';

export const PRESETS: ReadonlyMap<string, Preset> = new Map();
